package org.onelabel.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.experiment.Experiment;
import org.onelabel.pipeline.experiment.Grid;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "experiment",
    description = {
      "Runs methods × encoders × refinements × seeds on a dataset and writes one table (HTML, CSV,",
      "LaTeX) with curves and times. Stopped, it goes on when called again; called several times"
          + " at",
      "once, the processes share the runs."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ExperimentCommand implements Callable<Integer> {
  /** Settings that differ between the runs of an experiment. */
  private static final Map<String, String> OWN_OPTIONS =
      Map.of("seed", "--seeds", "encoder.kind", "--encoders", "refinement.kind", "--refinements");

  @Spec private CommandSpec spec;

  @Option(names = "--data", required = true, paramLabel = "DIR", description = "As for run.")
  private Path data;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Its folder.")
  private Path out;

  @Option(
      names = "--methods",
      split = ",",
      defaultValue = "onelabel,supervised,mean-teacher,upper-bound",
      description = "onelabel and baselines (see run). Default: ${DEFAULT-VALUE}.")
  private List<String> methods;

  @Option(
      names = "--encoders",
      split = ",",
      defaultValue = "descriptors",
      description =
          "Encoders of onelabel: descriptors, pool, file, sam-med3d. Default: ${DEFAULT-VALUE}.")
  private List<String> encoders;

  @Option(
      names = "--refinements",
      split = ",",
      defaultValue = "consensus",
      description =
          "Refinements of onelabel: none, volume, region, consensus. Default: ${DEFAULT-VALUE}.")
  private List<String> refinements;

  @Option(
      names = "--seeds",
      split = ",",
      defaultValue = "1,2,3",
      description = "Default: ${DEFAULT-VALUE}.")
  private List<Long> seeds;

  @Option(
      names = "--reference",
      defaultValue = "",
      paramLabel = "SYSTEM",
      description = "The system the others are tested against. Default: the first.")
  private String reference;

  @Option(
      names = "--preset",
      defaultValue = "quick",
      description = "quick, standard or paper. Default: ${DEFAULT-VALUE}.")
  private String preset;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of all runs.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  @Override
  public Integer call() {
    requireMeaning();
    Grid grid = new Grid(preset, methods, refinements, encoders, seeds, reference, settings);
    Dataset dataset =
        DatasetFolder.open(data, Optional.ofNullable(settings.get("template")), naming.get());
    Inputs.requireOutside(out, data, "the dataset");
    ConsoleWarnings.print(dataset.warnings(), spec);
    ComputeDevice networks = device.networks();
    try (Kernels kernels = device.openKernels()) {
      Experiment experiment = Experiment.open(out, grid);
      experiment
          .run(dataset, new Devices(kernels, networks), ConsoleProgress.of(quiet))
          .forEach(spec.commandLine().getOut()::println);
      spec.commandLine().getOut().println("report: " + experiment.report());
    }
    return 0;
  }

  /** Refuses what would have no say: nothing is passed over unheard. */
  private void requireMeaning() {
    OWN_OPTIONS.forEach(
        (setting, option) -> {
          if (settings.containsKey(setting)) {
            throw new InputException(
                "--set %s: an experiment is told so by %s".formatted(setting, option));
          }
        });
    for (String option : List.of("--encoders", "--refinements")) {
      if (!methods.contains("onelabel")
          && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new InputException(option + " is for the method onelabel, which is not asked for");
      }
    }
  }
}
