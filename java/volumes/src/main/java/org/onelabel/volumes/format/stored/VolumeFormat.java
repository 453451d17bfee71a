package org.onelabel.volumes.format.stored;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;

/**
 * A file format of volumes. To add one, implement this and put it on the list of {@code
 * VolumeFormats}. Every mistake in a file is an {@link InputException} that names it.
 * Implementations are thread-safe.
 */
public interface VolumeFormat {

  /** The endings of names by which files of this format are known, in small letters, with a dot. */
  List<String> endings();

  /**
   * Reads intensities, one array a channel. Voxels that are not finite are refused. Where the
   * format tells no voxel sides, {@link Geometry#tellsSpacing()} is false.
   */
  Volume readVolume(Path file);

  /**
   * Reads classes 0…254 of one frame. A value counts as the class it differs from by less than
   * {@link LabelMap#ROUNDING}; any other is refused.
   */
  LabelMap readLabels(Path file);

  /** The grid of a file, without reading its voxels where the format allows. */
  Geometry readGeometry(Path file);

  /** What else there is to know of a file, in one line: its version, voxel type, codes. */
  Optional<String> describe(Path file);

  /** All files that a volume is read from: {@code file} itself, and what it names. */
  default List<Path> files(Path file) {
    return List.of(file);
  }
}
