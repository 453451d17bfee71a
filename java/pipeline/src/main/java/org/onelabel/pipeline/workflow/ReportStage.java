package org.onelabel.pipeline.workflow;

import java.util.List;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.report.Report;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.stage.WholeStage;
import org.onelabel.volumes.dataset.Dataset;

/** Writes the report; it also shows how long the others took, and the versions. */
record ReportStage(Declaration declaration) implements WholeStage {

  ReportStage(List<StageName> before, Configuration configuration, Dataset dataset) {
    this(
        new Draft(Kind.REPORT.once(), configuration, dataset)
            .everything()
            .fact("name", dataset.name())
            .needs(before)
            .allSettings()
            .done());
  }

  @Override
  public void run(StageContext context, Outputs outputs) {
    outputs.text(
        context.run().report(),
        new Report(
                context.cohort(),
                context.configuration(),
                context.run(),
                needs(),
                context.progress())
            .html());
  }

  @Override
  public boolean readsManifests() {
    return true;
  }
}
