package org.onelabel.volumes.dataset;

import java.util.List;
import java.util.OptionalInt;

/**
 * What is known of the image files of a dataset.
 *
 * @param naming {@link Naming#PLAIN} or {@link Naming#SUFFIXED}, {@link Naming#AUTO} where nothing
 *     is known
 * @param channels of every scan, where the files' names or dataset.json tell
 * @param modalities what dataset.json calls the channels, such as {@code CT}; empty where it does
 *     not
 */
public record ImageFiles(Naming naming, OptionalInt channels, List<String> modalities) {

  public ImageFiles {
    modalities = List.copyOf(modalities);
  }

  /** Files of which no more is known than the number of channels, if that. */
  public static ImageFiles ofChannels(OptionalInt channels) {
    return new ImageFiles(Naming.AUTO, channels, List.of());
  }
}
