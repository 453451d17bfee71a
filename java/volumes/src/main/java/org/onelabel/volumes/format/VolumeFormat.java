package org.onelabel.volumes.format;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The file formats of volumes. The ending of a name says which one a file has, in capitals or not;
 * whether a NIfTI file is compressed shows in its content alone.
 */
public enum VolumeFormat {
  NIFTI(".nii.gz", ".nii"),
  HDF5(".h5");

  private final List<String> endings;

  VolumeFormat(String... endings) {
    this.endings = List.of(endings);
  }

  /** The format that a file's name tells; empty for names of anything else and hidden files. */
  public static Optional<VolumeFormat> of(Path file) {
    for (VolumeFormat format : values()) {
      if (format.ending(file).isPresent()) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** A file's name without the ending of its format; empty where it has none. */
  public static Optional<String> stem(Path file) {
    String name = name(file);
    return of(file)
        .flatMap(format -> format.ending(file))
        .map(ending -> name.substring(0, name.length() - ending.length()));
  }

  /** Whether files with this ending, {@code .nii} for one, are read. */
  public static boolean isRead(String ending) {
    return Arrays.stream(values())
        .anyMatch(format -> format.endings.contains(ending.toLowerCase(Locale.ROOT)));
  }

  private Optional<String> ending(Path file) {
    String name = name(file).toLowerCase(Locale.ROOT);
    return name.startsWith(".")
        ? Optional.empty()
        : endings.stream().filter(name::endsWith).findFirst();
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }
}
