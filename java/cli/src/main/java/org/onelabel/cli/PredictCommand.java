package org.onelabel.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.Model;
import org.onelabel.pipeline.Progress;
import org.onelabel.pipeline.RunDirectory;
import org.onelabel.volumes.Case;
import org.onelabel.volumes.DatasetFolder;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.NiftiFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "predict",
    description = "Segments scans with the model of a finished run, each in its own grid.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
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

  @Mixin private DeviceOption device;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  @Override
  public Integer call() {
    RunDirectory directory = RunDirectory.open(run);
    try (Kernels kernels = device.open();
        Model model = Model.read(directory.model(), kernels)) {
      if (!Files.exists(input)) {
        throw new InputException(input, "no such file or folder");
      }
      List<Case> cases = DatasetFolder.scans(input, model.channels());
      boolean single = !Files.isDirectory(input) && !Files.isDirectory(output);
      if (single && !output.getFileName().toString().matches(".*\\.nii(\\.gz)?")) {
        throw new InputException(output, "must end in .nii or .nii.gz, or be a folder");
      }
      if (!single && Files.isRegularFile(output)) {
        throw new InputException(output, "is a file; a folder of scans needs a folder");
      }
      Progress progress = ConsoleProgress.of(quiet);
      try (Progress.Task task = progress.begin("predictions", cases.size())) {
        for (Case source : cases) {
          Path file = single ? output : output.resolve(source.id() + ".nii.gz");
          progress.say(source.id() + ": " + model.demand(source));
          NiftiFile.write(file, model.predict(source, task));
          task.step(source.id());
        }
      }
    }
    return 0;
  }
}
