package org.onelabel.pipeline.prediction;

import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.pipeline.settings.Setting;

/**
 * Sliding-window prediction.
 *
 * @param overlap of neighbouring windows, 0…0.9 of the patch
 * @param components connected components that all structures together keep; 0 for as many as the
 *     template's have
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
