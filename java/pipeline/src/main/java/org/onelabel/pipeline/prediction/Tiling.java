package org.onelabel.pipeline.prediction;

import java.util.Arrays;
import org.onelabel.networks.inference.SlidingWindow;

/**
 * How a scan is covered with windows.
 *
 * @param patch sides of a window, working voxels
 * @param overlap of neighbouring windows, share of the patch
 * @param blending of windows
 */
public record Tiling(int[] patch, double overlap, SlidingWindow.Blending blending) {

  SlidingWindow window() {
    int[] stride =
        Arrays.stream(patch).map(p -> Math.max(1, (int) Math.rint(p * (1 - overlap)))).toArray();
    return new SlidingWindow(patch, stride, blending);
  }
}
