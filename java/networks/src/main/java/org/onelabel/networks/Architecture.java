package org.onelabel.networks;

/**
 * The shape of a specialist network.
 *
 * @param network which one
 * @param channels input channels
 * @param position whether the network is told where each voxel lies: three more inputs, −1…1 along
 *     the scan's axes
 * @param classes output classes with the background
 * @param width features of the first level; level i has {@code width · 2^i}
 */
public record Architecture(
    NetworkKind network, int channels, boolean position, int classes, int width) {

  public Architecture {
    if (channels < 1 || classes < 2 || width < 1) {
      throw new IllegalArgumentException(
          "a network needs a channel, two classes and a feature: %d, %d, %d"
              .formatted(channels, classes, width));
    }
    if (network == NetworkKind.SAM_MED3D
        && (channels > 1 || position || classes > SamMed3d.MASK_TOKENS + 1)) {
      throw new IllegalArgumentException(
          "SAM-Med3D takes one channel, no position, and %d structures at most: %d channels, %d"
                  .formatted(SamMed3d.MASK_TOKENS, channels, classes - 1)
              + " structures");
    }
  }

  /** The published U-Net. */
  public Architecture(int channels, boolean position, int classes, int width) {
    this(NetworkKind.UNET_3D, channels, position, classes, width);
  }

  /** Input channels with the position. */
  int inputs() {
    return channels + (position ? 3 : 0);
  }
}
