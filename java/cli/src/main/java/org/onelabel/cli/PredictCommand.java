package org.onelabel.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Scans;
import org.onelabel.volumes.file.FileIdentity;
import org.onelabel.volumes.format.VolumeFormats;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "predict",
    description = "Segments scans with the model of a finished run, each in its own grid.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--run", required = true, paramLabel = "RUN", description = "A finished run.")
  private Path run;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE|DIR",
      description = "A scan (.nii, .nii.gz, .h5), or a folder of scans.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE|DIR",
      description = "A label file (.nii or .nii.gz) for a scan, a folder for a folder.")
  private Path output;

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  @Override
  public Integer call() {
    RunDirectory directory = RunDirectory.open(run);
    try (Kernels kernels = device.openKernels();
        Model model = Model.read(directory.model(), kernels, device.networks())) {
      Scans scans =
          Scans.open(input, naming.get(), model.naming(), OptionalInt.of(model.channels()));
      boolean single = !Files.isDirectory(input) && !Files.isDirectory(output);
      if (single && !output.getFileName().toString().matches(".*\\.nii(\\.gz)?")) {
        throw new InputException(output, "must end in .nii or .nii.gz, or be a folder");
      }
      if (!single && Files.isRegularFile(output)) {
        throw new InputException(output, "is a file; a folder of scans needs a folder");
      }
      Map<Case, Path> outputs = new LinkedHashMap<>();
      for (Case scan : scans.cases()) {
        outputs.put(scan, single ? output : output.resolve(scan.id() + ".nii.gz"));
      }
      requireFree(outputs);
      ConsoleWarnings.print(scans.warnings(), spec);
      List<String> failures = new ArrayList<>();
      int done = 0;
      Progress progress = ConsoleProgress.of(quiet);
      try (Progress.Task task = progress.begin("predictions", outputs.size())) {
        for (Map.Entry<Case, Path> output : outputs.entrySet()) {
          Optional<LabelMap> labels = predict(model, output.getKey(), failures, progress, task);
          if (labels.isPresent()) {
            VolumeFormats.NIFTI.write(output.getValue(), labels.get());
            done++;
          }
          task.step(output.getKey().id());
        }
      } catch (InputException e) {
        // A disk that refuses one result refuses others: no more work for nothing.
        failures.add(e.getMessage());
      }
      if (!failures.isEmpty()) {
        throw new InputException(
            "%s%s"
                .formatted(
                    String.join("; ", failures),
                    outputs.size() > 1
                        ? "; %d of %d scans are done".formatted(done, outputs.size())
                        : ""));
      }
    }
    return 0;
  }

  /** Scans, the run and the datasets around keep what they hold. */
  private void requireFree(Map<Case, Path> outputs) {
    Inputs inputs =
        new Inputs(outputs.keySet().stream().flatMap(scan -> scan.images().stream()).toList());
    Inputs.requireOutside(output, run, "the run");
    Inputs.requireOutsideDatasets(output);
    Inputs.requireOutsideRuns(output);
    if (Files.exists(output) && FileIdentity.of(output).equals(FileIdentity.of(input))) {
      throw new InputException(output, "is the input, which is not written over");
    }
    outputs.values().forEach(inputs::requireApart);
  }

  /** The labels of a scan; empty where it cannot be read, which does not keep others from it. */
  private static Optional<LabelMap> predict(
      Model model, Case scan, List<String> failures, Progress progress, Progress.Task task) {
    try {
      progress.say(scan.id() + ": " + model.demand(scan));
      return Optional.of(model.predict(scan, task));
    } catch (InputException e) {
      failures.add(e.getMessage());
      return Optional.empty();
    }
  }
}
