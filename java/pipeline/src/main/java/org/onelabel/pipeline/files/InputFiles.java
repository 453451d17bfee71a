package org.onelabel.pipeline.files;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;

/**
 * The files a process works on that lie outside its run: what each was when it was first asked for,
 * which is before it is read. A file that is changed later is then found to be another one, never
 * taken for what was read. Not thread-safe.
 */
public final class InputFiles {
  private final Map<Path, FileHash> hashes = new LinkedHashMap<>();

  private InputFiles() {}

  /** No file was looked at yet. */
  public static InputFiles unseen() {
    return new InputFiles();
  }

  /** Looks at every file of a dataset. */
  public static InputFiles of(Dataset dataset, Progress progress) {
    List<Case> cases = dataset.all();
    InputFiles files = new InputFiles();
    try (Progress.Task task = progress.begin("checking files", cases.size())) {
      for (Case source : cases) {
        source.files().forEach(files::hash);
        task.step(source.id());
      }
    }
    dataset.trusted().forEach(source -> source.label().ifPresent(files::hash));
    return files;
  }

  public FileHash hash(Path file) {
    return hashes.computeIfAbsent(file, FileHash::of);
  }

  /** What another process found the files of a case to be, before it read them. */
  public void add(Case source, List<FileHash> found) {
    List<Path> all = source.files();
    if (found.size() != all.size()) {
      throw changed(source.images().getFirst());
    }
    for (int i = 0; i < all.size(); i++) {
      FileHash before = hashes.putIfAbsent(all.get(i), found.get(i));
      if (before != null && !before.equals(found.get(i))) {
        throw changed(all.get(i));
      }
    }
  }

  /** Whether one of the files looked at is among {@code others}. */
  public boolean hasOneOf(List<FileHash> others) {
    return others.stream().anyMatch(hashes::containsValue);
  }

  /** Refuses files that were changed since they were first looked at. */
  public void requireUnchanged() {
    hashes.forEach(
        (file, hash) -> {
          if (!FileHash.of(file).equals(hash)) {
            throw changed(file);
          }
        });
  }

  private static InputException changed(Path file) {
    return new InputException(
        file, "was changed while it was worked with; what depends on it is to be redone");
  }
}
