package org.onelabel.pipeline.export;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.file.FileName;

/** A run's network as one file of another tool, with how scans are prepared for it. */
public final class NetworkFile {
  /** The text in the file that says how scans are prepared. */
  public static final String PREPARATION = "preparation.json";

  private NetworkFile() {}

  /**
   * Writes it.
   *
   * @param folder of a finished run
   * @param file that ends as the format's do, outside runs and datasets
   * @return what was written, in lines of text
   */
  public static List<String> write(Path folder, Path file, NetworkFormat format) {
    if (!FileName.of(file).endsWith(format.ending())) {
      throw new InputException(file, "must end in " + format.ending());
    }
    RunDirectory run = RunDirectory.open(folder);
    OutputPath place = new OutputPath(file);
    place.requireOutside(folder, "the run");
    place.requireOutsideRuns();
    place.requireOutsideDatasets();
    try (Kernels kernels = Kernels.open();
        Model model = Model.read(run.model(), kernels, ComputeDevice.cpu())) {
      Preparation preparation = Preparation.of(model);
      AtomicFile.Content content =
          format
              .file(model, Map.of(PREPARATION, Json.pretty(preparation)))
              .orElseThrow(
                  () ->
                      new InputException(
                          run.model(),
                          "is of a network %s, of which no %s is written; it is of unet_3D, unet_3D_sdf and vnet"
                              .formatted(model.architecture().network(), format)));
      AtomicFile.write(file, content);
      return List.of(
          "%s: %s, logits of %s for patches of %s"
              .formatted(
                  file,
                  preparation.network(),
                  String.join(", ", preparation.classes()),
                  sides(preparation.windows().patch())));
    }
  }

  private static String sides(int[] patch) {
    return "%d×%d×%d".formatted(patch[0], patch[1], patch[2]);
  }
}
