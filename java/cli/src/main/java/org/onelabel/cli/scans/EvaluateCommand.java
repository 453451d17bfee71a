package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ConsoleProgress;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.evaluation.EvaluationRequest;
import org.onelabel.pipeline.metrics.Hd95;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onelabel evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Compares label files with the truth: Dice, Jaccard, HD95, ASD, ASSD per structure.",
      "Files of two folders are matched by name; distances are in millimetres. Surfaces are voxels"
          + " with a face at another class. A structure that neither prediction nor truth of a case"
          + " has is no value there and stands in no mean; every mean says on how many cases it"
          + " stands. One that is missed or invented counts as worst: no overlap, and the diagonal"
          + " of the scan as its distances."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--predictions",
      required = true,
      paramLabel = "FILE|DIR",
      description = "A label file, or a folder of them.")
  private Path predictions;

  @Option(
      names = "--truth",
      required = true,
      paramLabel = "FILE|DIR",
      description = "The true labels: a file for a file, a folder for a folder.")
  private Path truth;

  @Option(
      names = "--hd95",
      paramLabel = "pooled|max",
      defaultValue = "pooled",
      description =
          "pooled: the 95th percentile of the distances of both directions together, as medpy has"
              + " it. max: the larger of the two directions' 95th percentiles. Default:"
              + " ${DEFAULT-VALUE}.")
  private Hd95 hd95;

  @Option(
      names = "--ignore",
      paramLabel = "VALUE",
      description =
          "Value of voxels of the truth that nobody looked at: left out of everything, so that"
              + " predictions there are neither right nor wrong.")
  private Optional<Integer> ignored;

  @Option(
      names = "--out",
      paramLabel = "FILE.json",
      description = "Where to write every number as JSON.")
  private Optional<Path> out;

  @Override
  public Integer call() {
    EvaluationRequest request =
        new EvaluationRequest(
            predictions,
            truth,
            hd95,
            ignored.map(OptionalInt::of).orElse(OptionalInt.empty()),
            out);
    OneLabel.evaluate(request, ConsoleProgress.of(false))
        .lines()
        .forEach(spec.commandLine().getOut()::println);
    return ExitCode.DONE;
  }
}
