package org.onelabel.pipeline.features;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

/** A feature grid as a safetensors file: {@code features} X×Y×Z×D and {@code global} G. */
public final class FeatureFile {
  private FeatureFile() {}

  public static Safetensors of(FeatureGrid grid) {
    Extent size = grid.size();
    Box box = grid.box();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(
        "features",
        Tensor.of(grid.rows(), size.sizeX(), size.sizeY(), size.sizeZ(), grid.dimension()));
    tensors.put("global", Tensor.of(grid.global(), grid.global().length));
    return new Safetensors(
        tensors,
        Map.of(
            "start", join(box.x(), box.y(), box.z()),
            "extent", join(box.extent().shape()),
            "positions", Integer.toString(grid.positions())));
  }

  public static FeatureGrid read(Safetensors file) {
    Tensor features = file.get("features");
    int[] size = features.shape().subList(0, 3).stream().mapToInt(Integer::intValue).toArray();
    return new FeatureGrid(
        features.floats(),
        features.shape().get(3),
        Extent.of(size),
        Box.of(split(file.metadata().get("start")), split(file.metadata().get("extent"))),
        Integer.parseInt(file.metadata().get("positions")),
        file.get("global").floats());
  }

  private static String join(int... values) {
    return String.join(",", Arrays.stream(values).mapToObj(Integer::toString).toList());
  }

  private static int[] split(String text) {
    return Arrays.stream(text.split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
