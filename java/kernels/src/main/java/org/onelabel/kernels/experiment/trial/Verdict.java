package org.onelabel.kernels.experiment.trial;

/** How a trial ended. */
public sealed interface Verdict {
  /** Every result is right. */
  record Right() implements Verdict {}

  /** A result is wrong; the lines of the trial say which. */
  record Wrong() implements Verdict {}

  /**
   * The candidate cannot be used.
   *
   * @param why one line
   */
  record Refused(String why) implements Verdict {}

  /**
   * A call took longer than it may.
   *
   * @param stage what the trial was doing: a kernel's name, or words
   */
  record Slow(String stage) implements Verdict {}

  /**
   * The process ended before the trial did.
   *
   * @param stage what the trial was doing: a kernel's name, or words
   * @param how such as {@code crashed: SIGSEGV}
   */
  record Crashed(String stage, String how) implements Verdict {}

  /**
   * The trial failed for no fault of the candidate.
   *
   * @param text one line
   */
  record Failed(String text) implements Verdict {}
}
