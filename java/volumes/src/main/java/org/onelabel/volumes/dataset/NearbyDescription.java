package org.onelabel.volumes.dataset;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Spacing;

/**
 * What a dataset.json says of the files of a folder that is not opened as a dataset. It may lie in
 * the folder, beside it, or beside what a link to it leads to.
 *
 * @param files that were found; they must agree on what they are asked
 */
record NearbyDescription(List<Path> files) {

  /** The one of a folder. */
  static NearbyDescription of(Path folder) {
    Path named = folder.toAbsolutePath().normalize();
    return new NearbyDescription(
        Stream.of(
                named.resolve("dataset.json"),
                named.resolveSibling("dataset.json"),
                named.resolve("../dataset.json"))
            .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
            .toList());
  }

  /** The first that was found; empty where there is none. */
  Optional<Path> file() {
    return files.stream().findFirst();
  }

  /** The label value of voxels that nobody looked at. */
  OptionalInt ignored() {
    return agreed(DatasetDescription::ignoredIn, "value to ignore").orElse(OptionalInt.empty());
  }

  /** The spacing of HDF5 files among {@code volumes}, which tell none; of others it is not read. */
  Optional<Spacing> spacing(Stream<Path> volumes) {
    return volumes.anyMatch(VolumeFile::isHdf5)
        ? agreed(DatasetDescription::spacingIn, "spacing").flatMap(Function.identity())
        : Optional.empty();
  }

  private <T> Optional<T> agreed(Function<Path, T> says, String what) {
    Optional<T> first = file().map(says);
    for (Path other : files) {
      if (!says.apply(other).equals(first.orElseThrow())) {
        throw new InputException(
            files.getFirst(), "names another %s than %s: which is right?".formatted(what, other));
      }
    }
    return first;
  }
}
