package org.onelabel.pipeline.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.FileKind;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.stage.WholeStage;
import org.onelabel.pipeline.training.RoundSelection;
import org.onelabel.pipeline.training.RoundSummary;
import org.onelabel.pipeline.transfer.CasePropagation;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Chooses the round whose labels are the run's, by the validation cases where there are some, else
 * by what its labels are probably worth, and writes its model: none where no round is better than
 * the propagation.
 */
record SelectionStage(Declaration declaration) implements WholeStage {

  SelectionStage(Configuration configuration, Dataset dataset) {
    this(declaration(configuration, dataset));
  }

  private static Declaration declaration(Configuration configuration, Dataset dataset) {
    Draft draft =
        new Draft(Kind.SELECTION.once(), configuration, dataset)
            .network()
            .settings("rounds", "prediction.propagation")
            .fact("naming", dataset.naming().name())
            .needs(Workflow.trainings(configuration.rounds()))
            .needs(Workflow.predictions(configuration.rounds()));
    return configuration.propagates()
        ? draft.propagation().pool().validation().done()
        : draft.done();
  }

  @Override
  public void run(StageContext context, Outputs outputs) {
    RoundFiles files = new RoundFiles(context);
    if (context.configuration().propagates()) {
      RoundSummary propagation =
          new RoundSummary(0, 0, validation(context), Double.NaN, lost(context), false);
      outputs.json(files.summaryFile(0), propagation);
      propagation.warnings().forEach(context.progress()::say);
    }
    RoundSelection selection =
        RoundSelection.of(
            files.summaries(),
            files.estimates(),
            context.configuration().prediction().propagation() > 0);
    outputs.json(context.run().selection(), selection);
    int round = selection.round();
    if (round > 0) {
      outputs.tensors(
          context.run().modelFile(),
          Model.file(context.plan().architecture(), files.weights(round), files.recipe(round)));
      if (context.configuration().propagates()) {
        outputs.tensors(context.run().templateFile(), RunPropagation.template(context).file());
      }
    }
  }

  /** Mean Dice of the propagation on the validation cases; NaN where none has a value. */
  private static double validation(StageContext context) {
    Cohort cohort = context.cohort();
    if (cohort.validation().isEmpty()) {
      return Double.NaN;
    }
    try (CasePropagation propagation = RunPropagation.ofCases(context);
        Progress.Task task =
            context
                .progress()
                .begin("propagation to validation cases", cohort.validation().size())) {
      List<Double> dices =
          cohort.validation().stream()
              .map(
                  scan -> {
                    byte[] labels = propagation.label(scan).labels();
                    task.step(scan.id());
                    return Metrics.meanDice(labels, cohort.workingTruth(scan), cohort.classes());
                  })
              .toList();
      return Spread.of(dices).mean();
    }
  }

  /** Structures that the propagation found nowhere in the pool; what a person drew is not found. */
  private static List<String> lost(StageContext context) {
    Cohort cohort = context.cohort();
    List<String> ids = new ArrayList<>(cohort.poolIds());
    ids.removeAll(cohort.trustedIds());
    boolean[] found = new boolean[LabelMap.IGNORED + 1];
    for (String id : ids) {
      for (byte label : context.run().readLabels(0, FileKind.PSEUDO_LABELS, id).labels()) {
        found[LabelArray.classOf(label)] = true;
      }
    }
    return ids.isEmpty()
        ? List.of()
        : IntStream.range(1, cohort.classes())
            .filter(c -> !found[c])
            .mapToObj(c -> cohort.structures().get(c - 1))
            .toList();
  }
}
