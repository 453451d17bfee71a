package org.onelabel.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.template.TemplateRanking;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.ImageFiles;
import org.onelabel.volumes.dataset.Scans;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "suggest-template",
    description = {
      "Ranks unlabelled scans by how well one of them, annotated, would cover all others:",
      "the mean distance of their local features to its own. Annotate the first."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class SuggestTemplateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "Folder of scans (.nii, .nii.gz, .h5); several channels as ID_0000, ID_0001.")
  private Path images;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "Channels of a scan. Default: as the files say.")
  private Integer channels;

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  @Override
  public Integer call() {
    if (!Files.isDirectory(images)) {
      throw new InputException(images, "is no folder of scans");
    }
    OptionalInt wanted = channels == null ? OptionalInt.empty() : OptionalInt.of(channels);
    Scans scans = Scans.open(images, naming.get(), ImageFiles.ofChannels(wanted));
    if (scans.cases().size() < 2) {
      throw new InputException(images, "holds fewer than two scans: nothing to choose from");
    }
    ConsoleWarnings.print(scans.warnings(), spec);
    try (Kernels kernels = device.openKernels()) {
      List<TemplateRanking.Candidate> ranking =
          TemplateRanking.of(scans.cases(), wanted, kernels, ConsoleProgress.of(quiet));
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%4s  %-24s %10s  %s%n", "rank", "scan", "distance", "covers worst");
      for (int i = 0; i < ranking.size(); i++) {
        TemplateRanking.Candidate c = ranking.get(i);
        out.printf("%4d  %-24s %10.4f  %s%n", i + 1, c.id(), c.distance(), c.worst());
      }
      out.flush();
    }
    return 0;
  }
}
