package org.onelabel.pipeline.stage;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.onelabel.pipeline.directory.ManifestFile;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.StageInputs;
import org.onelabel.pipeline.directory.StageManifest;
import org.onelabel.pipeline.directory.Standing;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;

/**
 * Does the cases of a stage. Each leaves a manifest of its own until the stage is finished, so that
 * a run that was interrupted goes on with the next case, and cases may be done elsewhere.
 */
final class CaseRunner {
  private final PerCaseStage stage;
  private final StageContext context;
  private final StageInputs inputs;

  CaseRunner(PerCaseStage stage, StageContext context) {
    this.stage = stage;
    this.context = context;
    inputs = context.inputs().inShort();
  }

  private ManifestFile manifest(String id) {
    return context.run().manifests().of(stage.name(), id);
  }

  private boolean isDone(String id) {
    // Older manifests have the inputs in full.
    return Stream.of(inputs, context.inputs())
        .anyMatch(known -> manifest(id).standing(known) instanceof Standing.Finished);
  }

  /** Has every case done that is not, then does what follows from all of them. */
  void all(CaseWorkers workers, Outputs outputs) {
    List<String> ids = stage.cases(context);
    workers.run(stage, ids.stream().filter(id -> !isDone(id)).toList(), context);
    for (String id : ids) {
      outputs.addAll(finished(id).files());
    }
    stage.finish(context, outputs);
  }

  private StageManifest finished(String id) {
    ManifestFile manifest = manifest(id);
    return manifest
        .finished()
        .orElseThrow(
            () ->
                new InputException(
                    context.run().root(),
                    "has no %s: do all machines see the same files?".formatted(manifest.path())));
  }

  /** Does cases in this process unless they are done. */
  void run(List<String> all) {
    List<String> ids = all.stream().filter(id -> !isDone(id)).toList();
    if (ids.isEmpty()) {
      return;
    }
    try (PerCaseStage.CaseWork work = stage.open(context);
        Progress.Task task = context.progress().begin(stage.title(), ids.size())) {
      Consumer<String> doing = id -> run(id, work, task);
      if (stage.isConcurrent()) {
        try (ForkJoinPool threads = new ForkJoinPool(context.kernels().threads())) {
          threads.submit(() -> ids.parallelStream().forEach(doing)).join();
        }
      } else {
        ids.forEach(doing);
      }
    }
  }

  private void run(String id, PerCaseStage.CaseWork work, Progress.Task task) {
    long start = System.nanoTime();
    Outputs outputs = context.outputs();
    work.run(id, outputs, task);
    manifest(id).done(inputs, (System.nanoTime() - start) / 1e9, outputs.hashes());
    synchronized (task) {
      task.step(id);
    }
  }

  /** Forgets the manifests of cases: the stage's has all their files. */
  void forget() {
    context.run().manifests().forgetCases(stage.name());
  }
}
