package org.onelabel.pipeline.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.onelabel.volumes.InputException;

/** A folder with all that lies in it. */
final class FolderTree {
  private FolderTree() {}

  /** Deletes it, if it is there; links are not followed. */
  static void delete(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new InputException(folder, "cannot be deleted: " + InputException.firstLine(e), e);
    }
  }
}
