package org.onelabel.pipeline.export;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.export.NetworkScript;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.torchscript.ScriptArchive;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.file.FileName;

/** A run's network as one TorchScript file, with how scans are prepared for it. */
public final class NetworkFile {
  /** The file in the archive that says how scans are prepared. */
  public static final String PREPARATION = "preparation.json";

  private NetworkFile() {}

  /**
   * Writes it.
   *
   * @param folder of a finished run
   * @param file that ends in .pt, outside runs and datasets
   * @return what was written, in lines of text
   */
  public static List<String> write(Path folder, Path file) {
    if (!FileName.of(file).endsWith(".pt")) {
      throw new InputException(file, "must end in .pt");
    }
    RunDirectory run = RunDirectory.open(folder);
    OutputPath place = new OutputPath(file);
    place.requireOutside(folder, "the run");
    place.requireOutsideRuns();
    place.requireOutsideDatasets();
    try (Kernels kernels = Kernels.open();
        Model model = Model.read(run.model(), kernels, ComputeDevice.cpu())) {
      Preparation preparation = Preparation.of(model);
      ScriptArchive archive =
          NetworkScript.of(
                  model.architecture(),
                  model.weights(),
                  Map.of(PREPARATION, Json.pretty(preparation)))
              .orElseThrow(
                  () ->
                      new InputException(
                          run.model(),
                          "is of a network %s, of which no TorchScript is written; it is of unet_3D, unet_3D_sdf and vnet"
                              .formatted(model.architecture().network())));
      AtomicFile.write(file, archive::writeTo);
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
