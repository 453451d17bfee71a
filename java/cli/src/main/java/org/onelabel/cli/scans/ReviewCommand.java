package org.onelabel.cli.scans;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.review.ReviewServer;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.run.ResumeRequest;
import org.onelabel.pipeline.run.Review;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onelabel review}. */
@Command(
    name = "review",
    description = {
      "Serves a page, to browsers of this machine alone, on which you look at the labels of a",
      "finished run's pool, correct some, and let the run go on with them. Ctrl-C ends it."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class ReviewCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The run's folder.")
  private Path run;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The dataset, where it was moved. Default: where the run found it.")
  private Optional<Path> data;

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws InterruptedException {
    ReviewServer.requireViewer();
    ResumeRequest begun =
        data.map(folder -> ResumeRequest.of(folder, run))
            .orElseGet(() -> ResumeRequest.of(run))
            .withNaming(naming.get())
            .withDevices(device.get());
    Review review = OneLabel.review(begun);
    try (ReviewServer server =
        ReviewServer.of(review, progress -> OneLabel.goOn(review.continuation(), progress))) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("open in a browser: " + server.address());
      out.println("Ctrl-C ends it.");
      out.flush();
      // Until the process is ended.
      new CountDownLatch(1).await();
    }
    return ExitCode.DONE;
  }
}
