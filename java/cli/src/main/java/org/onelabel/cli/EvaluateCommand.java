package org.onelabel.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.onelabel.pipeline.Evaluation;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "evaluate",
    description = {
      "Compares label files with the truth: Dice, Jaccard, HD95, ASD, ASSD per structure.",
      "Files are matched by name; distances are in millimetres."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--predictions", required = true, paramLabel = "DIR", description = "Labels.")
  private Path predictions;

  @Option(names = "--truth", required = true, paramLabel = "DIR", description = "True labels.")
  private Path truth;

  @Option(
      names = "--out",
      paramLabel = "FILE.json",
      description = "Where to write every number as JSON.")
  private Path out;

  @Override
  public Integer call() {
    if (out != null && !out.getFileName().toString().endsWith(".json")) {
      throw new InputException(out, "must end in .json");
    }
    Evaluation evaluation = Evaluation.of(predictions, truth);
    if (out != null) {
      new Inputs(evaluation.files().all()).requireApart(out);
    }
    ConsoleWarnings.print(evaluation.files().warnings(), spec);
    if (out != null) {
      evaluation.write(out);
    }
    evaluation.lines().forEach(spec.commandLine().getOut()::println);
    return 0;
  }
}
