package org.onelabel.pipeline.features;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.settings.Setting;

/**
 * The encoder. Every kind's settings are there whichever is chosen, so that another one is a matter
 * of one setting.
 *
 * @param kind where features come from
 * @param stride side of a descriptor's cell in working voxels; 0 for the smallest cells of which
 *     the frame has at most {@code encoder.cells}
 * @param cells most cells of the frame where {@code encoder.stride} is 0
 * @param weights weights of the descriptors' groups of channels
 * @param network for {@code file} and {@code sam-med3d}
 * @param learnt the encoder that is learnt from the pool, for {@code encoder.kind=pool}
 */
public record EncoderSettings(
    EncoderKind kind,
    int stride,
    int cells,
    @JsonUnwrapped DescriptorEncoder.Weights weights,
    @JsonUnwrapped NetworkFile network,
    LearntSettings learnt) {

  /**
   * An encoder that is a file.
   *
   * @param file file of the encoder: TorchScript or ONNX for {@code file}, the checkpoint for
   *     {@code sam-med3d}; else empty
   * @param patch sides of the encoder's input in voxels, for {@code file}
   * @param whole whether windows cover the whole frame; false encodes its middle patch alone, as
   *     published
   */
  public record NetworkFile(String file, List<Integer> patch, boolean whole) {
    public NetworkFile {
      patch = List.copyOf(patch);
      Setting.sides("patch", patch);
    }

    private Encoder open(ComputeDevice device) {
      int[] sides = patch.stream().mapToInt(Integer::intValue).toArray();
      return NetworkEncoder.ofFile(Path.of(file), sides, whole, device);
    }

    private Encoder openSamMed3d(ComputeDevice device) {
      return NetworkEncoder.ofSamMed3d(Path.of(file), whole, device);
    }
  }

  public EncoderSettings {
    Setting.atLeast("stride", stride, 0);
    Setting.atLeast("cells", cells, 1);
    Setting.require(
        !kind.isFile() || !network.file().isEmpty(),
        "kind %s needs encoder.file".formatted(Json.name(kind)));
  }

  /**
   * The encoder. Its owner closes it.
   *
   * @param cellSides working voxels a descriptor covers along each axis
   * @param pool opens the encoder that was learnt from the pool
   * @param device that a network works on
   */
  public Encoder open(int[] cellSides, Supplier<PoolEncoder> pool, ComputeDevice device) {
    return switch (kind) {
      case DESCRIPTORS -> new DescriptorEncoder(cellSides, weights);
      case POOL -> new DescriptorEncoder(cellSides, weights, pool.get());
      case FILE -> network.open(device);
      case SAM_MED3D -> network.openSamMed3d(device);
    };
  }

  /** Refuses a file that is no such network. */
  public void requireReadable(ComputeDevice device) {
    switch (kind) {
      case DESCRIPTORS, POOL -> {}
      case FILE -> network.open(device).close();
      case SAM_MED3D -> network.openSamMed3d(device).close();
    }
  }
}
