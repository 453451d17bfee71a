package org.onelabel.cli.scans;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.ProgressOption;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.template.TemplateRanking;
import org.onelabel.pipeline.template.TemplateRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onelabel suggest-template}. */
@Command(
    name = "suggest-template",
    description = {
      "Ranks unlabelled scans by how well one of them, annotated, would cover all others:",
      "the mean distance of their local features to its own. Annotate the first."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class SuggestTemplateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description =
          "Folder of scans (${bundle:list.volumes}); several channels as ID_0000, ID_0001.")
  private Path images;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "Channels of a scan. Default: as the files say.")
  private Optional<Integer> channels;

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    TemplateRequest request =
        TemplateRequest.of(images).withNaming(naming.get()).withDevices(device.get());
    List<TemplateRanking.Candidate> ranking =
        OneLabel.suggestTemplate(
            channels.map(request::withChannels).orElse(request), progress.get());
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%4s  %-24s %10s  %s%n", "rank", "scan", "distance", "covers worst");
    for (int i = 0; i < ranking.size(); i++) {
      TemplateRanking.Candidate c = ranking.get(i);
      out.printf("%4d  %-24s %10.4f  %s%n", i + 1, c.id(), c.distance(), c.worst());
    }
    out.flush();
    return ExitCode.DONE;
  }
}
