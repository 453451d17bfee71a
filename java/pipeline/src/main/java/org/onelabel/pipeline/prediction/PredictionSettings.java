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
 * @param propagation what the propagation's opinion of a scan counts beside the network's 1; 0 for
 *     the network alone
 */
public record PredictionSettings(
    double overlap, SlidingWindow.Blending blending, int components, double propagation) {
  public PredictionSettings {
    Setting.within("overlap", overlap, 0, 0.9);
    Setting.atLeast("components", components, 0);
    Setting.within("propagation", propagation, 0, 10);
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
