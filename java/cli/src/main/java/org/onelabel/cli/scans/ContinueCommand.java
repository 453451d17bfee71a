package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.ProgressOption;
import org.onelabel.cli.console.Resumable;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.run.ContinueRequest;
import org.onelabel.pipeline.run.ResumeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onelabel continue}. */
@Command(
    name = "continue",
    description = {
      "Goes on with a finished run that has corrected labels of some scans of its pool:",
      "they are learnt from as the template's label. What they change is done again."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class ContinueCommand implements Callable<Integer>, Resumable {
  @Spec private CommandSpec spec;

  @Option(names = "--run", required = true, paramLabel = "RUN", description = "The run's folder.")
  private Path run;

  @Option(
      names = "--corrected",
      paramLabel = "DIR",
      description = {
        "Folder of label files, called as their scans. They are copied to RUN/corrected.",
        "Default: those that lie there already."
      })
  private Optional<Path> corrected;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The dataset, where it was moved. Default: where the run found it.")
  private Optional<Path> data;

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Mixin private ProgressOption progress;

  /** Read by another thread. */
  private volatile Optional<ResumeRequest> next = Optional.empty();

  @Override
  public Optional<String> continuation() {
    return next.flatMap(begun -> Continuation.of(begun, spec.commandLine().getParseResult()));
  }

  @Override
  public Integer call() {
    ResumeRequest begun =
        data.map(folder -> ResumeRequest.of(folder, run))
            .orElseGet(() -> ResumeRequest.of(run))
            .withNaming(naming.get())
            .withDevices(device.get());
    ContinueRequest request = ContinueRequest.of(begun);
    next = Optional.of(begun);
    ResultTable.print(
        OneLabel.goOn(corrected.map(request::withCorrected).orElse(request), progress.get()),
        spec.commandLine().getOut());
    return ExitCode.DONE;
  }
}
