package org.onelabel.pipeline.framing;

import java.util.Arrays;
import java.util.Map;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.registration.Registration;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Placement;
import org.onelabel.volumes.grid.Extent;

/**
 * A framing as a safetensors file: {@code bend} 3×X×Y×Z in frame voxels; the placement of the frame
 * in the scan (3×4, voxel to voxel) and the likeness as metadata.
 */
public final class FramingFile {
  private FramingFile() {}

  public static Safetensors of(Framing framing) {
    Bend bend = framing.bend();
    Extent size = bend.size();
    int cells = size.voxels();
    float[] all = new float[3 * cells];
    for (int a = 0; a < 3; a++) {
      System.arraycopy(bend.displacement()[a], 0, all, a * cells, cells);
    }
    String rows =
        String.join(
            ",", Arrays.stream(framing.placement().rows()).mapToObj(Double::toString).toList());
    return new Safetensors(
        Map.of("bend", Tensor.of(all, 3, size.sizeX(), size.sizeY(), size.sizeZ())),
        Map.of("placement", rows, "likeness", Double.toString(framing.likeness())));
  }

  public static Framing read(Safetensors file, Frame frame, Extent extent) {
    return Framing.of(frame, result(file), extent);
  }

  /** What was found, without the scan that it was found in. */
  public static Registration.Result result(Safetensors file) {
    Tensor bend = file.get("bend");
    int[] size = bend.shape().subList(1, 4).stream().mapToInt(Integer::intValue).toArray();
    float[] all = bend.floats();
    float[][] displacement = new float[3][];
    for (int a = 0; a < 3; a++) {
      displacement[a] = Arrays.copyOfRange(all, a * all.length / 3, (a + 1) * all.length / 3);
    }
    double[] rows =
        Arrays.stream(file.metadata().get("placement").split(",", -1))
            .mapToDouble(Double::parseDouble)
            .toArray();
    return new Registration.Result(
        Placement.of(rows),
        new Bend(displacement, Extent.of(size)),
        Double.parseDouble(file.metadata().get("likeness")));
  }
}
