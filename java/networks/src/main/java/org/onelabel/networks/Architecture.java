package org.onelabel.networks;

/**
 * The shape of a specialist network.
 *
 * @param channels input channels
 * @param classes output classes with the background
 * @param width features of the first level; level i has {@code width · 2^i}
 */
public record Architecture(int channels, int classes, int width) {

  public Architecture {
    if (channels < 1 || classes < 2 || width < 1) {
      throw new IllegalArgumentException(
          "a network needs a channel, two classes and a feature: %d, %d, %d"
              .formatted(channels, classes, width));
    }
  }
}
