package org.onelabel.pipeline.intensity;

import java.util.Optional;
import org.onelabel.volumes.grid.VoxelArray;

/** How the values of one channel are normalised. Immutable and thread-safe. */
public sealed interface Normalisation permits PerScan, Calibrated {

  /** Values of a scan in a new array, normalised. */
  float[] apply(VoxelArray scan);

  /** Why values cannot be those of a scan like the template; empty where they can. */
  default Optional<String> misfit(float[] values) {
    return Optional.empty();
  }

  /** A line that {@link #parse} reads. */
  String text();

  /** The normalisation that a line of {@link #text} tells. */
  static Normalisation parse(String text) {
    return text.equals(PerScan.NAME) ? new PerScan() : Calibrated.parse(text);
  }
}
