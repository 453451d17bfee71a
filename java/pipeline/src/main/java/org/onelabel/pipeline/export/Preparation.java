package org.onelabel.pipeline.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.model.Architecture;
import org.onelabel.pipeline.intensity.Calibrated;
import org.onelabel.pipeline.intensity.Limits;
import org.onelabel.pipeline.intensity.Normalisation;
import org.onelabel.pipeline.intensity.PerScan;
import org.onelabel.pipeline.prediction.Model;

/**
 * How a scan is prepared for a network, and its patches cut and joined; {@code preparation.json} in
 * an exported network (docs/reference/file-formats.md).
 *
 * @param version of this format
 * @param network by its published name
 * @param classes of the logits, in their order
 * @param axes of the working grid, in the order of a patch's sides
 * @param spacing sides of a working voxel along these axes, millimetres
 * @param intensities how each channel is normalised
 * @param windows how the scan is covered with patches
 */
record Preparation(
    int version,
    String network,
    List<String> classes,
    List<String> axes,
    double[] spacing,
    List<Map<String, Object>> intensities,
    Windows windows) {
  private static final int VERSION = 1;

  /**
   * Patches of a scan.
   *
   * @param patch sides, working voxels
   * @param multiple what the sides of other patches are multiples of
   * @param overlap of neighbours, share of the patch
   * @param position whether each patch has three more channels: where its voxels lie in the scan,
   *     −1…1 along each axis
   */
  record Windows(
      int[] patch,
      int[] multiple,
      double overlap,
      SlidingWindow.Blending blending,
      boolean position) {}

  static Preparation of(Model model) {
    Architecture architecture = model.architecture();
    Model.Recipe recipe = model.recipe();
    List<String> classes = new ArrayList<>(List.of("background"));
    classes.addAll(recipe.structures());
    return new Preparation(
        VERSION,
        architecture.network().toString(),
        classes,
        List.of("right", "front", "up"),
        recipe.spacing(),
        recipe.intensities().channels().stream().map(Preparation::described).toList(),
        new Windows(
            recipe.tiling().patch(),
            architecture.layout().multiple(),
            recipe.tiling().overlap(),
            recipe.tiling().blending(),
            architecture.position()));
  }

  private static Map<String, Object> described(Normalisation channel) {
    Map<String, Object> described = new LinkedHashMap<>();
    switch (channel) {
      case PerScan _ -> {
        described.put("kind", "per-scan");
        described.put("lowest", Limits.LOWEST);
        described.put("highest", Limits.HIGHEST);
      }
      case Calibrated ct -> {
        described.put("kind", "calibrated");
        described.put("centre", ct.centre());
        described.put("spread", ct.spread());
        described.put("mean", ct.whole().mean());
        described.put("deviation", ct.whole().deviation());
      }
    }
    return described;
  }
}
