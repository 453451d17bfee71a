package org.onelabel.pipeline.prediction;

import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.pipeline.settings.Setting;

/**
 * Sliding-window prediction.
 *
 * @param overlap share of a patch by which neighbouring windows overlap, 0…0.9
 * @param blending weight of a voxel where windows overlap
 * @param components number of connected components that all structures keep together; 0 for as many
 *     as those of the template have
 */
public record PredictionSettings(double overlap, SlidingWindow.Blending blending, int components) {
  public PredictionSettings {
    Setting.within("overlap", overlap, 0, 0.9);
    Setting.atLeast("components", components, 0);
  }

  /** The window over patches of these sides. */
  public SlidingWindow window(int[] patch) {
    return tiling(patch).window();
  }

  /** Windows over patches of these sides. */
  public Tiling tiling(int[] patch) {
    return new Tiling(patch, overlap, blending);
  }
}
