package org.onelabel.pipeline.cohort;

import java.io.Serializable;
import org.onelabel.pipeline.intensity.IntensityKind;
import org.onelabel.pipeline.settings.Setting;

/**
 * How the scans of a dataset are read.
 *
 * @param template id of the labelled case that is the template, where there are several; else empty
 * @param spacing side of the cubic working voxels in millimetres; 0 plans the spacing from the data
 * @param frameVoxels most voxels of the template's frame where the spacing is planned; with more of
 *     them the working voxels are larger than the template's; 0 for no limit
 * @param mergeStructures whether all structures are learnt as one
 * @param intensities how intensities are normalised
 */
public record CohortSettings(
    String template,
    double spacing,
    int frameVoxels,
    boolean mergeStructures,
    IntensityKind intensities)
    implements Serializable {

  public CohortSettings {
    Setting.atLeast("spacing", spacing, 0);
    Setting.atLeast("frameVoxels", frameVoxels, 0);
  }
}
