package org.onelabel.volumes.dataset;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * A file that holds a volume, by its name alone, or a folder of DICOM slices ({@link
 * VolumeFormats}).
 *
 * @param stem the file's name without its ending
 */
public record VolumeFile(Path path, String stem) implements Comparable<VolumeFile> {
  private static final List<String> FOREIGN =
      List.of(
          (".dcm .dicom .ima .img .img.gz .hdr .hdr.gz .mgz .mgh .mnc .minc"
                  + " .npz .npy .hdf5 .hdf .nii.bz2 .nii.xz .nii.zst .nii.zip .tif .tiff .par .rec"
                  + " .gipl .v")
              .split(" "));

  /** The volume that a file is called; empty for other files, and for hidden ones. */
  public static Optional<VolumeFile> of(Path path) {
    return VolumeFormats.stem(path).map(stem -> new VolumeFile(path, stem));
  }

  /** The same; other files are refused. */
  static VolumeFile require(Path path) {
    return of(path).orElseThrow(() -> new InputException(path, VolumeFormats.describeOther(path)));
  }

  /** True where the name is one of a format for volumes that is not read here. */
  static boolean isForeign(Path path) {
    String name = path.getFileName().toString();
    String lower = name.toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && VolumeFormats.of(path).isEmpty()
        && FOREIGN.stream().anyMatch(lower::endsWith);
  }

  /** Whether a path is called like an HDF5 file. */
  public static boolean isHdf5(Path path) {
    return VolumeFormats.of(path).equals(Optional.of(VolumeFormats.HDF5));
  }

  /** The channel that the name ends in, as {@code ID_0002} does; empty where it ends in none. */
  OptionalInt channel() {
    return stem.matches("(?s).*_\\d{4}")
        ? OptionalInt.of(Integer.parseInt(stem.substring(stem.length() - 4)))
        : OptionalInt.empty();
  }

  /** The stem without the channel. */
  String withoutChannel() {
    return channel().isPresent() ? stem.substring(0, stem.length() - 5) : stem;
  }

  String name() {
    return path.getFileName().toString();
  }

  @Override
  public int compareTo(VolumeFile other) {
    return Comparator.comparing(VolumeFile::path).compare(this, other);
  }
}
