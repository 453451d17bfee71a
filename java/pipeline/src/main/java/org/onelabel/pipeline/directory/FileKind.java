package org.onelabel.pipeline.directory;

import java.util.Locale;

/**
 * The kinds of volumes that a round keeps of each scan of the pool, each in a folder of its own.
 */
public enum FileKind {
  /** Labels by the round's network, on the working grid. */
  PREDICTED,
  /** How sure it is of them: how far the best class is ahead. */
  MARGIN,
  /** How unsure it is of each voxel. */
  UNCERTAINTY,
  /** Labels that the next round trains with. */
  PSEUDO_LABELS,
  /** The trust in them, 0…1. */
  CONFIDENCE;

  /** The folder's name. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
