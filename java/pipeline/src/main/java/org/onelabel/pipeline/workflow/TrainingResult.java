package org.onelabel.pipeline.workflow;

import java.util.List;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.training.Training;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.files.Csv;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.training.RoundSummary;

/**
 * What a training left, and its files.
 *
 * @param template mean Dice of its teacher on the template
 */
record TrainingResult(int round, Training.Result result, double template) {

  void write(StageContext context, RoundFiles files, Outputs outputs) {
    outputs.tensors(
        files.weightsFile(round), Specialist.file(context.plan().architecture(), result.weights()));
    if (context.configuration().refinement().uncertainty().needsStudent()) {
      outputs.tensors(
          files.studentFile(round),
          Specialist.file(context.plan().architecture(), result.student()));
    }
    List<String> structures = context.cohort().structures();
    boolean validated = !context.cohort().validation().isEmpty();
    outputs.text(files.historyFile(round), history(structures, validated));
    RoundSummary summary =
        new RoundSummary(
            round,
            result.iteration(),
            validated ? result.validation().score() : Double.NaN,
            template,
            names(result.validation().lost(), structures),
            result.broken());
    outputs.json(files.summaryFile(round), summary);
    summary.warnings().forEach(context.progress()::say);
  }

  /** Every step as a line of comma-separated values. */
  private String history(List<String> structures, boolean validated) {
    Csv history = new Csv();
    history.line(
        "iteration",
        "loss",
        "gradient_norm",
        validated ? "validation_dice" : "watched_dice",
        "lost");
    for (Training.Progress step : result.history()) {
      double dice = step.validation().score();
      List<String> lost = names(step.validation().lost(), structures);
      history.line(
          step.iteration(),
          step.loss(),
          step.gradientNorm(),
          Double.isNaN(dice) ? "" : dice,
          lost.isEmpty() ? "" : new Csv.Quoted(String.join("; ", lost)));
    }
    return history.toString();
  }

  private static List<String> names(List<Integer> classes, List<String> structures) {
    return classes.stream().map(c -> structures.get(c - 1)).toList();
  }
}
