package org.onelabel.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The volumes of a folder. What looks like one and cannot be read is put down with the reason;
 * hidden files are nobody's volumes.
 *
 * @param volumes sorted by name
 */
record VolumeFolder(Path folder, List<VolumeFile> volumes) {

  /** Lists a folder, which may be absent; what is left out goes to {@code leftOut}. */
  static VolumeFolder list(Path folder, Map<Path, String> leftOut) {
    List<VolumeFile> volumes = new ArrayList<>();
    for (Path entry : entries(folder)) {
      if (entry.getFileName().toString().startsWith(".")) {
        continue;
      }
      if (Files.isDirectory(entry)) {
        leftOut.put(entry, "a folder");
      } else if (VolumeFile.isForeign(entry)) {
        leftOut.put(entry, "a format that is not read");
      } else {
        VolumeFile.of(entry)
            .ifPresent(
                volume -> {
                  if (Files.isRegularFile(entry)) {
                    volumes.add(volume);
                  } else {
                    leftOut.put(entry, Files.exists(entry) ? "no file" : "a link to nothing");
                  }
                });
      }
    }
    return new VolumeFolder(folder, List.copyOf(volumes));
  }

  /** Whether a file by the name of a volume lies in a folder itself. */
  static boolean holdsVolumes(Path folder) {
    return entries(folder).stream()
        .anyMatch(
            f ->
                !Files.isDirectory(f, LinkOption.NOFOLLOW_LINKS)
                    && (VolumeFile.of(f).isPresent() || VolumeFile.isForeign(f)));
  }

  /** What a folder holds, sorted; nothing where there is none. */
  static List<Path> entries(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new InputException(folder, "cannot be listed: " + e.getMessage(), e);
    }
  }
}
