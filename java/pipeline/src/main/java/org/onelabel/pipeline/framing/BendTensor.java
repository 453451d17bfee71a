package org.onelabel.pipeline.framing;

import java.util.Arrays;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.volumes.grid.Extent;

/** A bend as a tensor 3×X×Y×Z, frame voxels. */
public final class BendTensor {
  private BendTensor() {}

  public static Tensor of(Bend bend) {
    Extent size = bend.size();
    int cells = size.voxels();
    float[] all = new float[3 * cells];
    for (int a = 0; a < 3; a++) {
      System.arraycopy(bend.displacement()[a], 0, all, a * cells, cells);
    }
    return Tensor.of(all, 3, size.sizeX(), size.sizeY(), size.sizeZ());
  }

  public static Bend read(Tensor tensor) {
    int[] size = tensor.shape().subList(1, 4).stream().mapToInt(Integer::intValue).toArray();
    float[] all = tensor.floats();
    float[][] displacement = new float[3][];
    for (int a = 0; a < 3; a++) {
      displacement[a] = Arrays.copyOfRange(all, a * all.length / 3, (a + 1) * all.length / 3);
    }
    return new Bend(displacement, Extent.of(size));
  }
}
