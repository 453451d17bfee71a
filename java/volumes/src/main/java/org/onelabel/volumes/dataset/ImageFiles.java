package org.onelabel.volumes.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.onelabel.volumes.Spacing;

/**
 * What is known of the image files of a dataset.
 *
 * @param naming {@link Naming#PLAIN} or {@link Naming#SUFFIXED}, {@link Naming#AUTO} where nothing
 *     is known
 * @param channels of every scan, where the files' names or dataset.json tell
 * @param modalities what dataset.json calls the channels, such as {@code CT}; empty where it does
 *     not
 * @param spacing of files that tell none, as HDF5 files do not; empty where dataset.json does not
 *     say it either
 */
public record ImageFiles(
    Naming naming, OptionalInt channels, List<String> modalities, Optional<Spacing> spacing) {

  /** That of the published left-atrium data, taken where neither a file nor dataset.json tells. */
  static final Spacing ASSUMED = Spacing.cube(0.625);

  public ImageFiles {
    modalities = List.copyOf(modalities);
  }

  /** Files of which no more is known than the number of channels, if that. */
  public static ImageFiles ofChannels(OptionalInt channels) {
    return new ImageFiles(Naming.AUTO, channels, List.of(), Optional.empty());
  }

  /** What to tell of {@code files} where some of them have the spacing that is assumed. */
  static Optional<String> note(Optional<Spacing> spacing, Stream<Path> files) {
    return spacing.isPresent()
        ? Optional.empty()
        : files
            .filter(VolumeFile::isHdf5)
            .findFirst()
            .map(
                file ->
                    "%s tells no spacing, and no dataset.json does: %s is assumed"
                        .formatted(file, ASSUMED));
  }
}
