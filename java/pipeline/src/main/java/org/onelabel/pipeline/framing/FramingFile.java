package org.onelabel.pipeline.framing;

import java.util.Arrays;
import java.util.Map;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.pipeline.registration.Registration;
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
    String rows =
        String.join(
            ",", Arrays.stream(framing.placement().rows()).mapToObj(Double::toString).toList());
    return new Safetensors(
        Map.of("bend", BendTensor.of(framing.bend())),
        Map.of("placement", rows, "likeness", Double.toString(framing.likeness())));
  }

  public static Framing read(Safetensors file, Frame frame, Extent extent) {
    return Framing.of(frame, result(file), extent);
  }

  /** What was found, without the scan that it was found in. */
  public static Registration.Result result(Safetensors file) {
    double[] rows =
        Arrays.stream(file.metadata().get("placement").split(",", -1))
            .mapToDouble(Double::parseDouble)
            .toArray();
    return new Registration.Result(
        Placement.of(rows),
        BendTensor.read(file.get("bend")),
        Double.parseDouble(file.metadata().get("likeness")));
  }
}
