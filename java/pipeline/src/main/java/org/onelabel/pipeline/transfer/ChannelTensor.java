package org.onelabel.pipeline.transfer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.volumes.grid.Extent;

/** The channels of a scan as a tensor C×X×Y×Z. */
final class ChannelTensor {
  private ChannelTensor() {}

  static Tensor of(List<float[]> channels, Extent extent) {
    int[] shape = extent.shape();
    float[] all = new float[channels.size() * extent.voxels()];
    for (int c = 0; c < channels.size(); c++) {
      System.arraycopy(channels.get(c), 0, all, c * extent.voxels(), extent.voxels());
    }
    return Tensor.of(all, channels.size(), shape[0], shape[1], shape[2]);
  }

  /**
   * Channels, and the labels beside them.
   *
   * @throws IllegalArgumentException if they have not the same voxels
   */
  static List<float[]> read(Tensor channels, Tensor labels) {
    if (channels.shape().size() != 4 || !channels.shape().subList(1, 4).equals(labels.shape())) {
      throw new IllegalArgumentException("is no template of onelabel");
    }
    float[] all = channels.floats();
    int count = channels.shape().getFirst();
    List<float[]> each = new ArrayList<>();
    for (int c = 0; c < count; c++) {
      each.add(Arrays.copyOfRange(all, c * (all.length / count), (c + 1) * (all.length / count)));
    }
    return each;
  }

  /** The voxels of a tensor X×Y×Z. */
  static Extent extent(Tensor labels) {
    return Extent.of(labels.shape().stream().mapToInt(Integer::intValue).toArray());
  }
}
