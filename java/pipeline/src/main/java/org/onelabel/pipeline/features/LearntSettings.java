package org.onelabel.pipeline.features;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.onelabel.pipeline.settings.Setting;

/**
 * The encoder that is learnt from the unlabelled pool.
 *
 * @param weight length of the learnt vectors beside the descriptors
 * @param dimension number of values of a learnt vector
 * @param width channels of the first level of the learnt encoder's network; 0 for as many as the
 *     segmentation network has
 * @param patchVoxels most voxels of a patch that the encoder learns from
 * @param contrast how it is learnt
 */
public record LearntSettings(
    double weight,
    int dimension,
    int width,
    int patchVoxels,
    @JsonUnwrapped ContrastSettings contrast) {

  /**
   * How the encoder is learnt: by contrast of places in two windows into the same scan.
   *
   * @param iterations training steps of the encoder
   * @param shift largest distance in voxels between the two windows into a scan
   * @param places places of a window that a step compares
   * @param temperature temperature of the contrastive loss
   * @param learningRate learning rate of the encoder
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
