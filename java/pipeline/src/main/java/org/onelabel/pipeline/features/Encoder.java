package org.onelabel.pipeline.features;

import org.onelabel.volumes.Volume;

/** Turns a volume into features, once, before anything is trained. Closed when no longer needed. */
public interface Encoder extends AutoCloseable {

  /**
   * Features of one volume.
   *
   * @param volume intensities on the working grid, normalised per volume
   */
  FeatureGrid encode(Volume volume);

  @Override
  default void close() {}
}
