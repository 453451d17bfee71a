package org.onelabel.pipeline.cohort;

import org.onelabel.pipeline.intensity.IntensityKind;
import org.onelabel.pipeline.settings.Setting;

/**
 * How the scans of a dataset are read.
 *
 * @param template id of the labelled case to learn from, where there are several; else empty
 * @param spacing working voxel side in millimetres; 0 to plan it
 * @param frameVoxels of the template's frame at most where spacing is planned; with more of them
 *     working voxels are larger than the template's. 0 for no limit
 * @param mergeStructures learn all structures as one
 * @param intensities how scans are normalised
 */
public record CohortSettings(
    String template,
    double spacing,
    int frameVoxels,
    boolean mergeStructures,
    IntensityKind intensities) {

  public CohortSettings {
    Setting.atLeast("spacing", spacing, 0);
    Setting.atLeast("frameVoxels", frameVoxels, 0);
  }
}
