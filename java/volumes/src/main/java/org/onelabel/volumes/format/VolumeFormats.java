package org.onelabel.volumes.format;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.onelabel.volumes.file.FileName;

/**
 * The formats that are read. The ending of a name says which one a file has, in capitals or not;
 * whether a NIfTI file is compressed shows in its content alone.
 */
public final class VolumeFormats {
  /** NIfTI-1 and NIfTI-2, the format that results are written in. */
  public static final NiftiFormat NIFTI = new NiftiFormat();

  /** The published layout of the left-atrium data. */
  public static final VolumeFormat HDF5 = new Hdf5Format();

  private static final List<VolumeFormat> ALL = List.of(NIFTI, HDF5);

  private VolumeFormats() {}

  /** The format that a file's name tells; empty for names of anything else and hidden files. */
  public static Optional<VolumeFormat> of(Path file) {
    return ALL.stream().filter(format -> ending(format, file).isPresent()).findFirst();
  }

  /** A file's name without the ending of its format; empty where it has none. */
  public static Optional<String> stem(Path file) {
    String name = FileName.of(file);
    return of(file)
        .flatMap(format -> ending(format, file))
        .map(ending -> name.substring(0, name.length() - ending.length()));
  }

  /** The endings of all formats, {@code .nii} for one. */
  public static List<String> endings() {
    return ALL.stream().flatMap(format -> format.endings().stream()).toList();
  }

  /** The endings as people write them: {@code .nii, .nii.gz or .h5}. */
  public static String describeEndings() {
    return describe(endings());
  }

  /** Some endings as people write them. */
  public static String describe(List<String> endings) {
    String before = String.join(", ", endings.subList(0, endings.size() - 1));
    return (before.isEmpty() ? "" : before + " or ") + endings.getLast();
  }

  private static Optional<String> ending(VolumeFormat format, Path file) {
    String name = FileName.of(file).toLowerCase(Locale.ROOT);
    return name.startsWith(".")
        ? Optional.empty()
        : format.endings().stream().filter(name::endsWith).findFirst();
  }
}
