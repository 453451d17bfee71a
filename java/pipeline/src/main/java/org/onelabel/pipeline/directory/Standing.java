package org.onelabel.pipeline.directory;

import java.util.List;

/** How a stage of a run stands. */
public sealed interface Standing {
  /** It is done, and all its files are as it wrote them. */
  record Finished() implements Standing {}

  /**
   * It was done.
   *
   * @param file is no longer what it wrote
   */
  record Damaged(String file) implements Standing {}

  /**
   * It was done.
   *
   * @param changes in what it follows from
   */
  record Outdated(List<String> changes) implements Standing {}

  /** It was never done to its end. */
  record Unfinished() implements Standing {}
}
