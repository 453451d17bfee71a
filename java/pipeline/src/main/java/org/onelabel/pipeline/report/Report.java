package org.onelabel.pipeline.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.report.StructureSizes.Sized;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.format.VolumeFormats;

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
   * @param stages that the run is made of, before the report
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
    RunHistory history = RunHistory.of(run);
    Set<String> written = run.manifests().written(stages);
    PictureDrawing drawing =
        new PictureDrawing(cohort, configuration, run, written, history.metrics());
    return Pages.render(
        "report/page",
        new RunPage(
            cohort.dataset(),
            configuration,
            history,
            sizes(written),
            drawing.draw(progress),
            StageTimes.of(run, stages),
            Json.read(run.file(RunDirectory.PROVENANCE), Provenance.class)));
  }

  private StructureSizes sizes(Set<String> written) {
    Dataset dataset = cohort.dataset();
    List<String> structures = cohort.structures();
    WorkingScan template = cohort.template();
    List<Sized> volumes = new ArrayList<>();
    Map<String, List<Case>> sets = new LinkedHashMap<>();
    sets.put("pool", dataset.unlabelled());
    sets.put("validation", dataset.validation());
    sets.put("test", dataset.test());
    sets.forEach(
        (set, cases) -> {
          for (Case source : cases) {
            Path file = run.prediction(source.id());
            if (written.contains(run.name(file))) {
              String what = cohort.trustedIds().contains(source.id()) ? "labelled" : set;
              LabelMap labels = VolumeFormats.NIFTI.readLabels(file);
              volumes.add(Sized.of(what, source.id(), labels, structures.size()));
            }
          }
        });
    return StructureSizes.of(
        structures,
        Sized.of("template", template.id(), template.truth(cohort.merged()), structures.size()),
        volumes);
  }
}
