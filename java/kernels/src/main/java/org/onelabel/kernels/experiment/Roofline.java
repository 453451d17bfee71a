package org.onelabel.kernels.experiment;

import java.util.Optional;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.internal.NativeKernels;

/**
 * What the machine does at best with the threads and the instruction set of some kernels, measured
 * by loops that do nothing else: the roofs of Williams, Waterman and Patterson's model (CACM 2009).
 *
 * @param floatOperations float32 multiplications and additions a second
 * @param filterOperations the same on what a filter of neighbours multiplies, integers of 8 or 16
 *     bits or bfloat16; 0 where that is floats
 * @param readBytes bytes read from memory a second
 */
public record Roofline(double floatOperations, double filterOperations, double readBytes) {

  /** Measures it in about half a second; none of the Java reference. */
  public static Optional<Roofline> measure(Kernels kernels) {
    if (kernels instanceof NativeKernels here) {
      double[] rates = here.measureBounds();
      return Optional.of(new Roofline(rates[0], rates[1], rates[2]));
    }
    return Optional.empty();
  }

  /**
   * The least time for some work in float32: its arithmetic's or its memory's, whichever is longer.
   */
  public double seconds(Workload work) {
    return Math.max(work.operations() / floatOperations, work.bytes() / readBytes);
  }
}
