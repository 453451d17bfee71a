package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.ProgressOption;
import org.onelabel.cli.console.Resumable;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.demo.DemoRequest;
import org.onelabel.pipeline.run.ResumeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onelabel demo}. */
@Command(
    name = "demo",
    description = {
      "Makes a synthetic cohort of 16 volumes and runs the whole pipeline on it;",
      "some minutes on two cores."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer>, Resumable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      defaultValue = "runs/demo",
      paramLabel = "DIR",
      description = "Holds the cohort and the run. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Of the cohort and the run. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private DeviceOption device;

  @Mixin private ProgressOption progress;

  /** Read by another thread. */
  private volatile Optional<ResumeRequest> next = Optional.empty();

  @Override
  public Optional<String> continuation() {
    return next.flatMap(run -> Continuation.of(run, spec.commandLine().getParseResult()));
  }

  @Override
  public Integer call() {
    DemoRequest request = new DemoRequest(out, seed, device.get()).inFreeFolder();
    next = Optional.of(ResumeRequest.of(request.cohort(), request.run()));
    ResultTable.print(OneLabel.demo(request, progress.get()), spec.commandLine().getOut());
    return ExitCode.DONE;
  }
}
