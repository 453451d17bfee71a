package org.onelabel.pipeline.features;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.settings.Setting;

/**
 * The encoder. Every kind's settings are there whichever is chosen, so that another one is a matter
 * of one setting.
 *
 * @param stride working voxels a descriptor covers along each axis; 0 for the finest that keeps the
 *     template below {@code cells}
 * @param weights of the descriptors
 * @param network for {@code file} and {@code sam-med3d}
 * @param learnt for {@code pool}
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
   * @param patch sides of the network's input, for {@code file}
   * @param whole true for windows over the whole volume, false for its middle patch as published
   */
  public record NetworkFile(String file, List<Integer> patch, boolean whole) {
    public NetworkFile {
      patch = List.copyOf(patch);
      Setting.sides("patch", patch);
    }

    private int[] sides() {
      return patch.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  public EncoderSettings {
    Setting.atLeast("stride", stride, 0);
    Setting.atLeast("cells", cells, 1);
    Setting.require(
        !isFile(kind) || !network.file().isEmpty(), "kind file and sam-med3d need encoder.file");
  }

  private static boolean isFile(EncoderKind kind) {
    return kind == EncoderKind.FILE || kind == EncoderKind.SAM_MED3D;
  }

  /** Whether the encoder is a network that the user gave. */
  public boolean isFile() {
    return isFile(kind);
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
      case FILE, SAM_MED3D -> openFile(device);
    };
  }

  /** An encoder that is a file. Its owner closes it. */
  public Encoder openFile(ComputeDevice device) {
    Path path = Path.of(network.file());
    return kind == EncoderKind.SAM_MED3D
        ? NetworkEncoder.ofSamMed3d(path, network.whole(), device)
        : NetworkEncoder.ofFile(path, network.sides(), network.whole(), device);
  }
}
