package org.onelabel.cli.scans;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.template.CorrectionRanking;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onelabel suggest-next}. */
@Command(
    name = "suggest-next",
    description = {
      "Ranks the scans of a finished run's pool by how much a corrected label would help:",
      "poor labels, of scans that are like many others with poor labels. Correct the first."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class SuggestNextCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The run's folder.")
  private Path run;

  @Override
  public Integer call() {
    List<CorrectionRanking.Candidate> ranking = OneLabel.suggestNext(run);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%4s  %-24s %14s %6s%n", "rank", "scan", "estimated Dice", "gain");
    for (int i = 0; i < ranking.size(); i++) {
      CorrectionRanking.Candidate c = ranking.get(i);
      out.printf("%4d  %-24s %14.3f %6.3f%n", i + 1, c.id(), c.estimate(), c.gain());
    }
    out.flush();
    return ExitCode.DONE;
  }
}
