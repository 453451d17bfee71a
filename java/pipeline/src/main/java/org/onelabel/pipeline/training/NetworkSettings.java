package org.onelabel.pipeline.training;

import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.model.UnetLayout;
import org.onelabel.pipeline.settings.Setting;

/**
 * The specialist.
 *
 * @param kind which network
 * @param width features of its first level, the published network has 16; 0 for as many as {@code
 *     operations} allow
 * @param layout of its levels, as {@link UnetLayout} writes it; empty for what suits the voxels
 * @param operations multiplications of a patch in a convolution of the first level, at most
 * @param position whether it is told where in the volume each voxel lies; the published is not
 * @param file checkpoint that SAM-Med3D starts from; empty for the other networks
 */
public record NetworkSettings(
    NetworkKind kind, int width, String layout, long operations, boolean position, String file) {

  public NetworkSettings {
    Setting.within("width", width, 0, 256);
    Setting.atLeast("operations", (double) operations, 1);
    Setting.require(
        kind != NetworkKind.SAM_MED3D || !file.isEmpty(),
        "kind sam-med3d starts from a checkpoint: name it with network.file");
  }

  /** Whether the levels follow from the data. */
  public boolean isLayoutPlanned() {
    return layout.isEmpty() && kind.hasLayout();
  }

  /**
   * The levels where they do not follow from the data.
   *
   * @throws IllegalArgumentException if they are no layout
   */
  public UnetLayout givenLayout() {
    return layout.isEmpty() ? UnetLayout.PUBLISHED : UnetLayout.parse(layout);
  }
}
