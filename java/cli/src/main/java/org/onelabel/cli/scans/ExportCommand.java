package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.ProgressOption;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.export.NetworkFormat;
import org.onelabel.pipeline.export.TrainingSetRequest;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onelabel export}. */
@Command(
    name = "export",
    description = {
      "Hands what a finished run made to other tools:",
      "nnunet: the template with its own label and the pool with its predicted labels, as a"
          + " training set of nnU-Net v2.",
      "torchscript: the network and how scans are prepared for it, as one file that PyTorch loads.",
      "onnx: the same as one file for ONNX Runtime and other tools that read ONNX.",
      "parquet: the feature vectors of template and pool, on Apache Spark; the run may be"
          + " unfinished after its features."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {

  /** What is made. */
  private enum Format {
    NNUNET,
    TORCHSCRIPT,
    ONNX,
    PARQUET;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "A finished run.")
  private Path run;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}.")
  private Format format;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PATH",
      description =
          "nnunet: a folder that is called as nnU-Net has it, such as Dataset001_Heart."
              + " torchscript: a file that ends in .pt. onnx: one that ends in .onnx."
              + " parquet: a folder that is absent.")
  private Path out;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "nnunet: the dataset, where it was moved. Default: where the run found it.")
  private Optional<Path> data;

  @Option(
      names = "--at-least",
      paramLabel = "DICE",
      description =
          "nnunet: leaves out volumes whose estimated Dice, the mean over structures, is lower."
              + " Default: all are taken.")
  private Optional<Double> atLeast;

  @Mixin private NamingOption naming;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    lines().forEach(spec.commandLine().getOut()::println);
    return ExitCode.DONE;
  }

  private List<String> lines() {
    return switch (format) {
      case NNUNET -> {
        TrainingSetRequest all =
            data.map(dataset -> TrainingSetRequest.of(run, dataset, out))
                .orElseGet(() -> TrainingSetRequest.of(run, out))
                .withNaming(naming.get());
        yield OneLabel.exportTrainingSet(atLeast.map(all::withAtLeast).orElse(all), progress.get())
            .lines();
      }
      case TORCHSCRIPT -> network(NetworkFormat.TORCHSCRIPT);
      case ONNX -> network(NetworkFormat.ONNX);
      case PARQUET -> {
        refuseOptionsOfNnunet();
        yield OneLabel.exportFeatures(run, out);
      }
    };
  }

  private List<String> network(NetworkFormat file) {
    refuseOptionsOfNnunet();
    return OneLabel.exportNetwork(run, out, file);
  }

  private void refuseOptionsOfNnunet() {
    for (String option : List.of("--data", "--at-least", "--naming")) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new InputException(option + " is for --to nnunet");
      }
    }
  }
}
