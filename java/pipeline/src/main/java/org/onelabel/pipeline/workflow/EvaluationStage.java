package org.onelabel.pipeline.workflow;

import java.util.List;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.evaluation.CaseTable;
import org.onelabel.pipeline.evaluation.RunEvaluation;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.stage.WholeStage;
import org.onelabel.volumes.dataset.Dataset;

/** Measures what a run made wherever a truth is there. */
record EvaluationStage(Declaration declaration) implements WholeStage {

  EvaluationStage(List<StageName> before, Configuration configuration, Dataset dataset) {
    this(
        new Draft(Kind.EVALUATION.once(), configuration, dataset)
            .everything()
            .settings("rounds")
            .needs(before)
            .done());
  }

  @Override
  public void run(StageContext context, Outputs outputs) {
    RoundFiles files = new RoundFiles(context);
    RunMetrics metrics =
        new RunEvaluation(context.cohort(), context.run(), needs(), context.progress())
            .measure(files.summaries(), files.modelRound());
    outputs.json(context.run().metrics(), metrics);
    outputs.text(context.run().caseTable(), CaseTable.of(metrics));
  }
}
