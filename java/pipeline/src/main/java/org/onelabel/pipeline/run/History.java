package org.onelabel.pipeline.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.volumes.file.AtomicFile;

/** What a run was before it went on with corrected labels. */
final class History {
  private static final List<String> KEPT =
      List.of(
          "run.json",
          "selection.json",
          "metrics.json",
          "cases.csv",
          "report.html",
          "model.safetensors",
          "template.safetensors");

  private final RunDirectory run;

  History(RunDirectory run) {
    this.run = run;
  }

  /** Keeps the results of a run that came to its end; nothing of another one. */
  void keep() {
    if (!run.isReported()) {
      return;
    }
    Path folder = run.notes().history(run.notes().history().size() + 1);
    for (String name : KEPT) {
      Path file = run.file(name);
      if (Files.exists(file)) {
        AtomicFile.write(folder.resolve(name), out -> Files.copy(file, out));
      }
    }
  }
}
