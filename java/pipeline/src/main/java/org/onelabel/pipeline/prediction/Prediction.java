package org.onelabel.pipeline.prediction;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.volumes.grid.Extent;

/**
 * What a specialist says of one scan.
 *
 * @param probabilities of the network before any filter, one array a class, on the working grid
 * @param label the best class of each working voxel after the filter, the lowest on a tie, and how
 *     far it is ahead of the second
 * @param entropy of the probabilities of each working voxel, nats
 * @param uncertainty the mean entropy over the padded scan, as published
 */
public record Prediction(
    float[][] probabilities, PseudoLabel label, float[] entropy, double uncertainty) {

  /**
   * Of the probabilities of a network.
   *
   * @param scan its working voxels
   * @param filter what is found apart from the anatomy is labelled background; what the network
   *     said of it stays
   * @param propagated labels of the scan, where there are some
   */
  public static Prediction of(
      SlidingWindow.Padded padded,
      Extent scan,
      ComponentFilter filter,
      Optional<byte[]> propagated,
      Kernels kernels) {
    float[][] planes = padded.probabilities();
    int voxels = planes[0].length;
    float[] entropy = new float[voxels];
    double mean;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment input = arena.allocate(ValueLayout.JAVA_FLOAT, (long) planes.length * voxels);
      for (int c = 0; c < planes.length; c++) {
        MemorySegment.copy(planes[c], 0, input, ValueLayout.JAVA_FLOAT, 4L * c * voxels, voxels);
      }
      MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT, voxels);
      kernels.run(
          VoxelEntropy.ofProbabilities(Buffer.of(input), 1, planes.length, voxels)
              .entropyInto(Buffer.of(out)));
      mean = kernels.summarise(Buffer.of(out), voxels).mean();
      MemorySegment.copy(out, ValueLayout.JAVA_FLOAT, 0, entropy, 0, voxels);
    }
    float[] inside =
        new SlidingWindow.Padded(new float[][] {entropy}, padded.shape(), padded.offset())
            .cropped(scan.shape())[0];
    float[][] probabilities = padded.cropped(scan.shape());
    return new Prediction(
        probabilities, filter.best(probabilities, scan, propagated), inside, mean);
  }
}
