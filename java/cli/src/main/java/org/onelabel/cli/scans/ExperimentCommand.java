package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.ProgressOption;
import org.onelabel.cli.console.Resumable;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.experiment.ExperimentRequest;
import org.onelabel.pipeline.experiment.ExperimentResult;
import org.onelabel.pipeline.experiment.Grid;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onelabel experiment}. */
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
public final class ExperimentCommand implements Callable<Integer>, Resumable {
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
      description = "Encoders of onelabel: ${bundle:list.encoders}. Default: ${DEFAULT-VALUE}.")
  private List<String> encoders;

  @Option(
      names = "--refinements",
      split = ",",
      defaultValue = "consensus",
      description =
          "Refinements of onelabel: ${bundle:list.refinements}. Default: ${DEFAULT-VALUE}.")
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
      description = "${bundle:list.presets}. Default: ${DEFAULT-VALUE}.")
  private String preset;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of all runs.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    Grid grid = new Grid(preset, methods, refinements, encoders, seeds, reference, settings);
    ExperimentRequest request =
        ExperimentRequest.of(data, out, grid).withNaming(naming.get()).withDevices(device.get());
    requireOurs("--encoders");
    requireOurs("--refinements");
    ExperimentResult result = OneLabel.experiment(request, progress.get());
    result.lines().forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().println("report: " + result.report());
    return ExitCode.DONE;
  }

  /** Refuses an option that would have no say: nothing is passed over unheard. */
  private void requireOurs(String option) {
    if (!methods.contains(Grid.OURS)
        && spec.commandLine().getParseResult().hasMatchedOption(option)) {
      throw new InputException(option + " is for the method onelabel, which is not asked for");
    }
  }
}
