package org.onelabel.pipeline.features;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.onelabel.pipeline.settings.Setting;

/**
 * The encoder that is learnt from the pool.
 *
 * @param weight length of its vectors beside the descriptors
 * @param dimension of its vectors
 * @param width features of its network's first level; 0 for the specialist's
 * @param patchVoxels its patch is the template's size up to this many voxels
 */
public record LearntSettings(
    double weight,
    int dimension,
    int width,
    int patchVoxels,
    @JsonUnwrapped ContrastSettings contrast) {

  /**
   * How it is learnt.
   *
   * @param shift how far apart two windows into a scan may begin, voxels
   * @param places compared in a step
   */
  public record ContrastSettings(
      int iterations, int shift, int places, double temperature, double learningRate) {
    public ContrastSettings {
      Setting.atLeast("iterations", iterations, 1);
      Setting.atLeast("shift", shift, 0);
      Setting.atLeast("places", places, 2);
      Setting.positive("temperature", temperature);
      Setting.positive("learningRate", learningRate);
    }
  }

  public LearntSettings {
    Setting.within("dimension", dimension, 2, 255);
    Setting.atLeast("width", width, 0);
    Setting.atLeast("patchVoxels", patchVoxels, 4096);
  }
}
