package org.onelabel.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import org.onelabel.networks.DenseEncoder;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Volume;

/**
 * Features from a network in a file, of the middle patch of a volume as published: zero-padded
 * symmetrically up to the patch, cropped down to it. The global feature is the mean over space, of
 * length 1.
 */
public final class NetworkEncoder implements Encoder {
  private final Path file;
  private final DenseEncoder network;
  private final int[] patch;

  /** An encoder whose network takes patches of these sides. */
  public NetworkEncoder(Path file, int[] patch) {
    this.file = file;
    this.patch = patch.clone();
    try {
      network = DenseEncoder.open(file);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new InputException(file, "no such file", e);
    } catch (IOException e) {
      throw new InputException(file, e.getMessage(), e);
    }
  }

  @Override
  public FeatureGrid encode(Volume volume) {
    int[] shape = volume.geometry().shape();
    int channels = volume.channels().size();
    int voxels = patch[0] * patch[1] * patch[2];
    float[] image = new float[channels * voxels];
    for (int c = 0; c < channels; c++) {
      float[] cut = CentrePatch.cut(volume.channels().get(c), shape, patch);
      System.arraycopy(cut, 0, image, c * voxels, voxels);
    }
    DenseEncoder.Features features;
    try {
      features = network.encode(image, channels, patch);
    } catch (IOException e) {
      throw new InputException(file, e.getMessage(), e);
    }
    int dimension = features.dimension();
    int cells = features.channels().length / dimension;
    float[] rows = new float[features.channels().length];
    float[] mean = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      for (int n = 0; n < cells; n++) {
        float value = features.channels()[d * cells + n];
        rows[n * dimension + d] = value;
        mean[d] += value / cells;
      }
    }
    return new FeatureGrid(
        rows,
        dimension,
        features.size(),
        CentrePatch.start(shape, patch),
        patch,
        0,
        GlobalDescriptor.normalised(mean));
  }

  @Override
  public void close() {
    network.close();
  }
}
