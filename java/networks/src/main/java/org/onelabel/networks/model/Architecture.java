package org.onelabel.networks.model;

import java.util.stream.IntStream;
import org.onelabel.networks.sam.SamMed3d;

/**
 * The shape of a specialist network.
 *
 * @param network which one
 * @param channels input channels
 * @param position whether the network is told where each voxel lies: three more inputs, −1…1 along
 *     the scan's axes
 * @param classes output classes with the background
 * @param width features of the first level; level i has {@code width · 2^i}, but at most {@value
 *     #MOST_FEATURES} where the layout is not the published one
 * @param layout levels of a U-Net; the published one for other networks
 */
public record Architecture(
    NetworkKind network,
    int channels,
    boolean position,
    int classes,
    int width,
    UnetLayout layout) {
  /** Of nnU-Net's 3-D networks (Isensee et al., Nature Methods 2021). */
  private static final int MOST_FEATURES = 320;

  public Architecture {
    if (channels < 1 || classes < 2 || width < 1) {
      throw new IllegalArgumentException(
          "a network needs a channel, two classes and a feature: %d, %d, %d"
              .formatted(channels, classes, width));
    }
    if (!network.hasLayout() && !layout.equals(UnetLayout.PUBLISHED)) {
      throw new IllegalArgumentException(
          "%s has the published layout alone, not %s".formatted(network, layout));
    }
    if (network.startsFromCheckpoint()
        && (channels > 1 || position || classes > SamMed3d.MASK_TOKENS + 1)) {
      throw new IllegalArgumentException(
          "SAM-Med3D takes one channel, no position, and %d structures at most: %d channels, %d"
                  .formatted(SamMed3d.MASK_TOKENS, channels, classes - 1)
              + " structures");
    }
  }

  /** A network of the published layout. */
  public Architecture(NetworkKind network, int channels, boolean position, int classes, int width) {
    this(network, channels, position, classes, width, UnetLayout.PUBLISHED);
  }

  /** The published U-Net. */
  public Architecture(int channels, boolean position, int classes, int width) {
    this(NetworkKind.UNET_3D, channels, position, classes, width);
  }

  /** Features of each level of a U-Net. */
  int[] features() {
    // A published checkpoint of 32 features has 512 at the bottom.
    int most =
        layout.equals(UnetLayout.PUBLISHED) ? Integer.MAX_VALUE : Math.max(width, MOST_FEATURES);
    return IntStream.range(0, layout.levels())
        .map(level -> (int) Math.min((long) width << level, most))
        .toArray();
  }

  /** Input channels with the position. */
  public int inputs() {
    return channels + (position ? 3 : 0);
  }
}
