package org.onelabel.pipeline.training;

import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.model.UnetLayout;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.settings.Setting;

/**
 * The segmentation network.
 *
 * @param kind architecture of the segmentation network
 * @param width channels of the first level (the published network has 16); 0 for as many as {@code
 *     network.operations} allows
 * @param layout kernels and poolings from the finest level down, such as {@code 3x3x1 2x2x1 3x3x3};
 *     empty plans them from the data
 * @param operations most multiplications of a patch in one convolution of the first level, where
 *     the width is planned
 * @param position whether the network also reads where in the volume each voxel lies; the published
 *     one does not
 * @param file checkpoint that {@code sam-med3d} starts from; empty for the other networks
 */
public record NetworkSettings(
    NetworkKind kind, int width, String layout, long operations, boolean position, String file) {

  public NetworkSettings {
    Setting.within("width", width, 0, 256);
    Setting.atLeast("operations", (double) operations, 1);
    Setting.require(
        !kind.startsFromCheckpoint() || !file.isEmpty(),
        "kind %s starts from a checkpoint: name it with network.file".formatted(Json.name(kind)));
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
