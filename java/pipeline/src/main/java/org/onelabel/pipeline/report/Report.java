package org.onelabel.pipeline.report;

import java.util.List;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.progress.Progress;

/** One self-contained HTML file about a run: figures, pictures, times, settings. */
public final class Report {
  private final Cohort cohort;
  private final Configuration configuration;
  private final RunDirectory run;
  private final List<StageName> stages;
  private final Progress progress;

  /**
   * A report.
   *
   * @param stages of the run
   */
  public Report(
      Cohort cohort,
      Configuration configuration,
      RunDirectory run,
      List<StageName> stages,
      Progress progress) {
    this.cohort = cohort;
    this.configuration = configuration;
    this.run = run;
    this.stages = stages;
    this.progress = progress;
  }

  /** The page. */
  public String html() {
    RunMetrics metrics = RunMetrics.read(run);
    PictureDrawing drawing =
        new PictureDrawing(cohort, configuration, run, run.manifests().written(stages), metrics);
    return Pages.render(
        "report/page",
        new RunPage(
            cohort.dataset(),
            configuration,
            metrics,
            drawing.draw(progress),
            StageTimes.of(run, stages),
            Json.read(run.file(RunDirectory.PROVENANCE), Provenance.class)));
  }
}
