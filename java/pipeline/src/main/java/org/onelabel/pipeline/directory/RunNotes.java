package org.onelabel.pipeline.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.AtomicFile;

/** What lies in a run beside the files of its stages. */
public final class RunNotes {
  private static final String DATASET = ".dataset";
  private static final String CORRECTED = "corrected";
  private static final String HISTORY = "history";

  /** Files that are written outside stages. */
  private static final Set<String> FILES =
      Set.of("configuration.json", RunDirectory.PROVENANCE, RunDirectory.TIMING);

  private final Path root;

  /**
   * Files of what the run was.
   *
   * @param name of their folder in the run
   * @param origin as {@code run.json}
   * @param metrics as {@code metrics.json}
   */
  public record Past(String name, Path origin, Path metrics) {
    private static Past in(Path folder) {
      return new Past(
          HISTORY + "/" + folder.getFileName(),
          folder.resolve(RunDirectory.PROVENANCE),
          folder.resolve("metrics.json"));
    }

    private boolean isThere() {
      return Files.isRegularFile(origin) && Files.isRegularFile(metrics);
    }
  }

  RunNotes(Path root) {
    this.root = root;
  }

  /** Whether a file of the run, by its path, is one of these. */
  static boolean has(String file) {
    return FILES.contains(file)
        || file.startsWith(CORRECTED + "/")
        || file.startsWith(HISTORY + "/");
  }

  /**
   * Keeps where the dataset lies. It is the only file that names a folder of the machine, and
   * hidden so that it is not shared with the results.
   */
  public void keepDataset(Path folder) {
    AtomicFile.write(
        root.resolve(DATASET), folder.toAbsolutePath().normalize() + System.lineSeparator());
  }

  /**
   * Where the dataset lay when the run was worked with last.
   *
   * @throws InputException if the run does not say
   */
  public Path dataset() {
    Path file = root.resolve(DATASET);
    if (!Files.isRegularFile(file)) {
      throw new InputException(root, "does not say where its dataset lies: say --data DIR");
    }
    try {
      return Path.of(Files.readString(file).strip());
    } catch (IOException | InvalidPathException e) {
      throw new InputException(file, "names no folder: " + InputException.firstLine(e), e);
    }
  }

  /**
   * When the run came to its end.
   *
   * @throws InputException if it has not
   */
  public FileTime ended() {
    try {
      return Files.getLastModifiedTime(root.resolve(RunDirectory.TIMING));
    } catch (IOException e) {
      throw new InputException(root, "is not finished; continue it with --resume first", e);
    }
  }

  /** Labels of scans of the pool that somebody corrected, called as these are. */
  public Path corrected() {
    return root.resolve(CORRECTED);
  }

  /** What the run was after so many corrections, 1 for none. */
  public Path history(int number) {
    return root.resolve(HISTORY).resolve(Integer.toString(number));
  }

  /** The folders of what the run was, the first one first; empty where it was never corrected. */
  public List<Path> history() {
    return IntStream.iterate(1, number -> number + 1)
        .mapToObj(this::history)
        .takeWhile(Files::isDirectory)
        .toList();
  }

  /** What the run learnt from and reached, each time before it was corrected. */
  public List<Past> past() {
    return history().stream().map(Past::in).filter(Past::isThere).toList();
  }
}
