package org.onelabel.volumes.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.onelabel.volumes.InputException;

/**
 * The volumes of a folder. What looks like one and cannot be read is put down with the reason;
 * hidden files are nobody's volumes.
 *
 * @param volumes sorted by name
 */
record VolumeFolder(Path folder, List<VolumeFile> volumes) {
  private static final int DEPTH = 4;
  private static final int MOST_BELOW = 1000;

  /** Lists a folder, which may be absent; what is left out goes to {@code leftOut}. */
  static VolumeFolder list(Path folder, Map<Path, String> leftOut) {
    List<VolumeFile> volumes = new ArrayList<>();
    for (Path entry : entries(folder)) {
      if (entry.getFileName().toString().startsWith(".")) {
        continue;
      }
      if (Files.isDirectory(entry) && VolumeFile.of(entry).isEmpty()) {
        below(entry).forEach(file -> leftOut.put(file, "in a folder below"));
      } else if (VolumeFile.isForeign(entry)) {
        leftOut.put(entry, "a format that is not read");
      } else {
        VolumeFile.of(entry)
            .ifPresent(
                volume -> {
                  if (Files.isRegularFile(entry) || Files.isDirectory(entry)) {
                    volumes.add(volume);
                  } else {
                    leftOut.put(entry, Files.exists(entry) ? "no file" : "a link to nothing");
                  }
                });
      }
    }
    return new VolumeFolder(folder, List.copyOf(volumes));
  }

  /** Where the volumes lie. */
  Stream<Path> paths() {
    return volumes.stream().map(VolumeFile::path);
  }

  /** The volumes in a folder and those in it; the folder itself where it shows none. */
  private static List<Path> below(Path folder) {
    try (Stream<Path> files = Files.walk(folder, DEPTH)) {
      List<Path> volumes =
          files.filter(VolumeFolder::looksLikeVolume).limit(MOST_BELOW).sorted().toList();
      return volumes.isEmpty() ? List.of(folder) : volumes;
    } catch (IOException | UncheckedIOException _) {
      return List.of(folder);
    }
  }

  private static boolean looksLikeVolume(Path file) {
    return VolumeFile.of(file).isPresent()
        || (!Files.isDirectory(file) && VolumeFile.isForeign(file));
  }

  /** Whether a volume, or a file by the name of one, lies in a folder itself. */
  static boolean holdsVolumes(Path folder) {
    return entries(folder).stream().anyMatch(VolumeFolder::looksLikeVolume);
  }

  /** What a folder holds, sorted; nothing where there is none. */
  static List<Path> entries(Path folder) {
    if (!Files.isDirectory(folder)) {
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new InputException(folder, "is no folder; a link to nothing?");
      }
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new InputException(folder, "cannot be listed: " + e.getMessage(), e);
    }
  }
}
