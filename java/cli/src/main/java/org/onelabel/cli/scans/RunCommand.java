package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.ProgressOption;
import org.onelabel.cli.console.Resumable;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.run.ResumeRequest;
import org.onelabel.pipeline.run.RunRequest;
import org.onelabel.pipeline.run.RunResult;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onelabel run}. */
@Command(
    name = "run",
    description = {
      "Trains a specialist from the one labelled scan of a dataset and its unlabelled pool,",
      "predicts every volume and writes a report."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer>, Resumable {
  /** What may be said of a run that has its settings. */
  private static final Set<String> ON_RESUME =
      Set.of("--data", "--naming", "--out", "--resume", "--device", "--kernels-device", "--quiet");

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description =
          "Dataset: imagesTr+labelsTr (template), imagesUn (pool), imagesVal, imagesTs with"
              + " labels; or nnU-Net v2 / Decathlon; or train.txt or train.list + data/*.h5.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      description = "Folder of the run. Default: runs/<dataset>-<preset or baseline>-<seed>.")
  private Optional<Path> out;

  @Option(
      names = "--preset",
      defaultValue = "quick",
      description =
          "${bundle:list.presets}; quick takes minutes on a CPU. Default: ${DEFAULT-VALUE}.")
  private String preset;

  @Option(
      names = "--baseline",
      defaultValue = "",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      paramLabel = "NAME",
      description = {
        "Another system in place of ours, with as many steps: ${bundle:list.baselines}.",
        "A system that needs a checkpoint says which setting names it."
      })
  private String baseline;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "JSON file that changes settings of the preset.")
  private Optional<Path> config;

  @Option(names = "--seed", paramLabel = "N", description = "Same seed, same result. Default: 1.")
  private Optional<Long> seed;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Changes one setting, such as training.iterations=500. May be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--resume",
      description =
          "Continues RUN with its settings; stages whose files or inputs were changed are done"
              + " again.")
  private boolean resume;

  @Mixin private NamingOption naming;

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
    RunResult result = resume ? goOn(resumeRequest()) : begin(runRequest());
    ResultTable.print(result, spec.commandLine().getOut());
    return ExitCode.DONE;
  }

  private RunResult goOn(ResumeRequest request) {
    next = Optional.of(request);
    return OneLabel.resume(request, progress.get());
  }

  private RunResult begin(RunRequest request) {
    next = Optional.of(ResumeRequest.of(data, request.folder()));
    return OneLabel.run(request, progress.get());
  }

  private ResumeRequest resumeRequest() {
    requireNoSetting();
    Path run = out.orElseThrow(() -> new InputException("--resume needs --out RUN"));
    return ResumeRequest.of(data, run).withNaming(naming.get()).withDevices(device.get());
  }

  private RunRequest runRequest() {
    if (seed.isPresent() && settings.containsKey("seed")) {
      throw new InputException("--seed and --set seed: one of them");
    }
    Map<String, String> changes = new LinkedHashMap<>(settings);
    seed.ifPresent(number -> changes.put("seed", number.toString()));
    Configuration configuration = Configuration.of(preset, baseline, config, changes);
    return out.map(run -> RunRequest.of(data, configuration, run))
        .orElseGet(() -> RunRequest.of(data, configuration))
        .withNaming(naming.get())
        .withDevices(device.get());
  }

  /** Refuses every option that has no say in a run with settings of its own. */
  private void requireNoSetting() {
    List<String> settings =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(OptionSpec::longestName)
            .filter(name -> !ON_RESUME.contains(name))
            .distinct()
            .toList();
    if (!settings.isEmpty()) {
      throw new InputException(
          "--resume continues with the settings of the run: %s cannot apply"
              .formatted(String.join(", ", settings)));
    }
  }
}
