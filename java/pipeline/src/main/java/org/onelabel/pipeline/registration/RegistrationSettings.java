package org.onelabel.pipeline.registration;

import java.io.Serializable;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.settings.Setting;
import org.onelabel.volumes.grid.LabelArray;

/**
 * How the template's anatomy is found in other scans before features are compared.
 *
 * @param find whether scans are registered with the template; false compares every scan as it lies,
 *     as published
 * @param margin width of the surroundings around the template's structures that belong to the
 *     frame, as a share of the longest side of the box around the structures
 * @param cells number of cells of the frame for which the deformable registration looks for a
 *     displacement
 * @param atlases number of scans of the pool that all others are registered with as well: labels
 *     reach a scan also through these; 0 for the template alone
 */
public record RegistrationSettings(boolean find, double margin, int cells, int atlases)
    implements Serializable {
  public RegistrationSettings {
    Setting.within("margin", margin, 0, 10);
    Setting.within("cells", cells, 1000, 1_000_000);
    Setting.within("atlases", atlases, 0, 100);
  }

  /**
   * The part of a template that scans are brought to.
   *
   * @param labels of the template, at least one voxel of which is of a structure
   */
  public Frame frame(LabelArray labels, double[] spacing) {
    return find ? Frame.around(labels, spacing, margin) : Frame.whole(labels.extent(), spacing);
  }
}
