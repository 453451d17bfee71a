package org.onelabel.pipeline.features;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.onelabel.networks.encoder.DenseEncoder;
import org.onelabel.networks.encoder.DenseEncoder.Features;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.sam.SamMed3d;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Volume;

/**
 * Features from a network that takes patches. As published of the middle patch of a volume,
 * zero-padded symmetrically up to the patch and cropped down to it; or of the whole volume: windows
 * half a patch apart, whose features are blended with weights that fall towards a window's rim. The
 * global feature is the mean over space, of length 1.
 */
public final class NetworkEncoder implements Encoder {

  /** A network of patches. */
  private interface PatchNetwork extends AutoCloseable {
    Features encode(float[] image, int channels) throws IOException;

    @Override
    void close();
  }

  private final Path file;
  private final PatchNetwork network;
  private final int[] patch;
  private final boolean whole;

  private NetworkEncoder(Path file, PatchNetwork network, int[] patch, boolean whole) {
    this.file = file;
    this.network = network;
    this.patch = patch.clone();
    this.whole = whole;
  }

  /** A TorchScript or ONNX network that takes patches of these sides. */
  static NetworkEncoder ofFile(Path file, int[] patch, boolean whole, ComputeDevice device) {
    DenseEncoder network;
    try {
      network = DenseEncoder.open(file, device);
    } catch (NoSuchFileException e) {
      throw new InputException(file, "no such file", e);
    } catch (IOException e) {
      throw new InputException(file, e.getMessage(), e);
    }
    PatchNetwork patches =
        new PatchNetwork() {
          @Override
          public Features encode(float[] image, int channels) throws IOException {
            return network.encode(image, channels, patch);
          }

          @Override
          public void close() {
            network.close();
          }
        };
    return new NetworkEncoder(file, patches, patch, whole);
  }

  /** The image encoder of SAM-Med3D; it takes volumes of one channel. */
  static NetworkEncoder ofSamMed3d(Path file, boolean whole, ComputeDevice device) {
    SamMed3d network = Checkpoint.samMed3d(file, device);
    PatchNetwork patches =
        new PatchNetwork() {
          @Override
          public Features encode(float[] image, int channels) throws IOException {
            if (channels != 1) {
              throw new IOException("takes volumes of one channel, not " + channels);
            }
            return network.encode(image);
          }

          @Override
          public void close() {
            network.close();
          }
        };
    return new NetworkEncoder(file, patches, network.inputSides(), whole);
  }

  @Override
  public FeatureGrid encode(Volume volume) {
    int[] shape = volume.geometry().shape();
    int[] start = CentrePatch.start(shape, patch);
    Features first = encode(volume, whole ? firstStart(shape) : start);
    int[] size = first.size();
    int dimension = first.dimension();
    if (!whole || fits(shape)) {
      return grid(rows(first), dimension, size, start, patch);
    }
    int[] cell = new int[3];
    int[] step = new int[3];
    int[] cells = new int[3];
    int[] windows = new int[3];
    for (int a = 0; a < 3; a++) {
      cell[a] = patch[a] / size[a];
      step[a] = Math.max(1, size[a] / 2);
      windows[a] = 1 + Math.ceilDiv(Math.max(0, shape[a] - patch[a]), step[a] * cell[a]);
      cells[a] = size[a] + (windows[a] - 1) * step[a];
    }
    int[] from = firstStart(shape);
    float[] sum = new float[cells[0] * cells[1] * cells[2] * dimension];
    float[] seen = new float[cells[0] * cells[1] * cells[2]];
    for (int x = 0; x < windows[0]; x++) {
      for (int y = 0; y < windows[1]; y++) {
        for (int z = 0; z < windows[2]; z++) {
          int[] at = {x * step[0], y * step[1], z * step[2]};
          int[] voxel = new int[3];
          for (int a = 0; a < 3; a++) {
            voxel[a] = from[a] + at[a] * cell[a];
          }
          add(rows(encode(volume, voxel)), dimension, size, at, sum, seen, cells);
        }
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= seen[i / dimension];
    }
    int[] extent = {cells[0] * cell[0], cells[1] * cell[1], cells[2] * cell[2]};
    return grid(sum, dimension, cells, from, extent);
  }

  private boolean fits(int[] shape) {
    return shape[0] <= patch[0] && shape[1] <= patch[1] && shape[2] <= patch[2];
  }

  /** Where the first window begins: in the padding along sides that are smaller than it. */
  private int[] firstStart(int[] shape) {
    int[] start = CentrePatch.start(shape, patch);
    return Arrays.stream(start).map(s -> Math.min(0, s)).toArray();
  }

  private Features encode(Volume volume, int[] start) {
    int[] shape = volume.geometry().shape();
    int channels = volume.channels().size();
    int voxels = patch[0] * patch[1] * patch[2];
    float[] image = new float[channels * voxels];
    for (int c = 0; c < channels; c++) {
      float[] cut = CentrePatch.cut(volume.channels().get(c), shape, start, patch);
      System.arraycopy(cut, 0, image, c * voxels, voxels);
    }
    try {
      return network.encode(image, channels);
    } catch (IOException e) {
      throw new InputException(file, e.getMessage(), e);
    }
  }

  /** One row for each cell. */
  private static float[] rows(Features features) {
    int dimension = features.dimension();
    int cells = features.channels().length / dimension;
    float[] rows = new float[features.channels().length];
    for (int d = 0; d < dimension; d++) {
      for (int n = 0; n < cells; n++) {
        rows[n * dimension + d] = features.channels()[d * cells + n];
      }
    }
    return rows;
  }

  private static void add(
      float[] rows, int dimension, int[] size, int[] at, float[] sum, float[] seen, int[] cells) {
    int next = 0;
    for (int x = 0; x < size[0]; x++) {
      for (int y = 0; y < size[1]; y++) {
        for (int z = 0; z < size[2]; z++, next++) {
          float weight = rim(x, size[0]) * rim(y, size[1]) * rim(z, size[2]);
          int to = ((x + at[0]) * cells[1] + y + at[1]) * cells[2] + z + at[2];
          seen[to] += weight;
          for (int d = 0; d < dimension; d++) {
            sum[to * dimension + d] += weight * rows[next * dimension + d];
          }
        }
      }
    }
  }

  /** 1 in the middle of a side, falling in a line towards both ends. */
  private static float rim(int i, int side) {
    return Math.min(i + 1, side - i) / (0.5f * (side + 1));
  }

  private static FeatureGrid grid(
      float[] rows, int dimension, int[] size, int[] start, int[] extent) {
    float[] mean = new float[dimension];
    int cells = rows.length / dimension;
    for (int i = 0; i < rows.length; i++) {
      mean[i % dimension] += rows[i] / cells;
    }
    return new FeatureGrid(
        rows, dimension, size, start, extent, 0, GlobalDescriptor.normalised(mean));
  }

  @Override
  public void close() {
    network.close();
  }
}
