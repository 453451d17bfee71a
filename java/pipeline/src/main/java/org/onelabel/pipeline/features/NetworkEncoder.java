package org.onelabel.pipeline.features;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.onelabel.networks.encoder.DenseEncoder;
import org.onelabel.networks.encoder.DenseEncoder.Features;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.sam.SamMed3d;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

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
  private final Extent patch;
  private final boolean whole;

  private NetworkEncoder(Path file, PatchNetwork network, int[] patch, boolean whole) {
    this.file = file;
    this.network = network;
    this.patch = Extent.of(patch);
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
    Extent extent = volume.geometry().extent();
    Box centre = CentrePatch.of(extent, patch);
    // Along sides that are smaller than it the first window begins in the padding.
    Box corner =
        new Box(Math.min(0, centre.x()), Math.min(0, centre.y()), Math.min(0, centre.z()), patch);
    Features first = encode(volume, whole ? corner : centre);
    Extent size = Extent.of(first.size());
    int dimension = first.dimension();
    if (!whole || fits(extent)) {
      return grid(rows(first), dimension, size, centre);
    }
    int[] cell = new int[3];
    int[] step = new int[3];
    int[] counts = new int[3];
    int[] windows = new int[3];
    int[] covered = new int[3];
    for (int a = 0; a < 3; a++) {
      cell[a] = patch.size(a) / size.size(a);
      step[a] = Math.max(1, size.size(a) / 2);
      windows[a] = 1 + Math.ceilDiv(Math.max(0, extent.size(a) - patch.size(a)), step[a] * cell[a]);
      counts[a] = size.size(a) + (windows[a] - 1) * step[a];
      covered[a] = counts[a] * cell[a];
    }
    Extent cells = Extent.of(counts);
    float[] sum = new float[cells.voxels() * dimension];
    float[] seen = new float[cells.voxels()];
    for (int x = 0; x < windows[0]; x++) {
      for (int y = 0; y < windows[1]; y++) {
        for (int z = 0; z < windows[2]; z++) {
          Box at = new Box(x * step[0], y * step[1], z * step[2], size);
          Box window =
              new Box(
                  corner.x() + at.x() * cell[0],
                  corner.y() + at.y() * cell[1],
                  corner.z() + at.z() * cell[2],
                  patch);
          add(rows(encode(volume, window)), dimension, at, sum, seen, cells);
        }
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= seen[i / dimension];
    }
    Box box = new Box(corner.x(), corner.y(), corner.z(), Extent.of(covered));
    return grid(sum, dimension, cells, box);
  }

  private boolean fits(Extent extent) {
    return extent.sizeX() <= patch.sizeX()
        && extent.sizeY() <= patch.sizeY()
        && extent.sizeZ() <= patch.sizeZ();
  }

  private Features encode(Volume volume, Box window) {
    int channels = volume.channels().size();
    int voxels = patch.voxels();
    float[] image = new float[channels * voxels];
    for (int c = 0; c < channels; c++) {
      volume.array(c).cut(window, image, c * voxels);
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

  /** Adds the features of a window, whose cells lie {@code at} a place among all. */
  private static void add(
      float[] rows, int dimension, Box at, float[] sum, float[] seen, Extent cells) {
    Extent size = at.extent();
    int next = 0;
    for (int x = 0; x < size.sizeX(); x++) {
      for (int y = 0; y < size.sizeY(); y++) {
        for (int z = 0; z < size.sizeZ(); z++, next++) {
          float weight = rim(x, size.sizeX()) * rim(y, size.sizeY()) * rim(z, size.sizeZ());
          int to = cells.index(x + at.x(), y + at.y(), z + at.z());
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

  private static FeatureGrid grid(float[] rows, int dimension, Extent size, Box box) {
    float[] mean = new float[dimension];
    int cells = rows.length / dimension;
    for (int i = 0; i < rows.length; i++) {
      mean[i % dimension] += rows[i] / cells;
    }
    return new FeatureGrid(rows, dimension, size, box, 0, GlobalDescriptor.normalised(mean));
  }

  @Override
  public void close() {
    network.close();
  }
}
