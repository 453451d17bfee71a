package org.onelabel.pipeline.run;

import java.io.File;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.LocalRunner;
import org.onelabel.pipeline.stage.PerCaseStage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.stage.StageRunner;
import org.onelabel.pipeline.stage.StageRunners;
import org.onelabel.pipeline.stage.Workers;
import org.onelabel.volumes.dataset.Dataset;

/**
 * Runners whose cases workers do, which see the dataset and the run under the same paths; stages in
 * one piece, trainings among them, are done in this process. The files and their manifests are
 * those of {@link LocalRunner}.
 */
public record DistributedRunners(Workers ofCases) implements StageRunners {
  public DistributedRunners {
    Objects.requireNonNull(ofCases, "ofCases");
  }

  @Override
  public Optional<Workers> workers() {
    return Optional.of(ofCases);
  }

  @Override
  public StageRunner of(
      RunDirectory run, InputFiles files, List<RunDirectory> siblings, Progress progress) {
    return new LocalRunner(run, files, siblings, progress, this::run);
  }

  private void run(PerCaseStage stage, List<String> ids, StageContext context) {
    if (ids.isEmpty()) {
      return;
    }
    Dataset dataset = context.cohort().dataset();
    File folder = context.run().root().toAbsolutePath().toFile();
    // Once for all pieces: it names every file of the dataset.
    Json.write(CasesWork.inputs(context.run(), stage.name()), context.inputs());
    List<CasesWork> pieces =
        ofCases.parts(ids).stream()
            .map(
                part ->
                    new CasesWork(
                        dataset.folder().toFile(),
                        dataset.naming(),
                        folder,
                        stage.name().toString(),
                        part))
            .toList();
    try (Progress.Task task = context.progress().begin(stage.title(), ids.size())) {
      ofCases.run(pieces, done -> List.of(done).forEach(task::step));
    }
    context.run().deleteTemporaryFiles();
  }
}
