package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;
import org.onelabel.kernels.internal.memory.Vectors;

/** Cosines with prototypes. */
final class ReferenceCosine {
  private final Vectors features;
  private final PrototypeCosine call;
  private final MemorySegment prototypes;
  private final Optional<MemorySegment> scoresOut;
  private final Argmax argmax;

  private ReferenceCosine(PrototypeCosine call) {
    this.call = call;
    features = Vectors.of(call.features());
    prototypes = HostAllocation.segment(call.prototypes());
    scoresOut = call.scores().map(HostAllocation::segment);
    argmax = Argmax.into(call.labels(), call.margins());
  }

  static long run(PrototypeCosine call, Cancellation cancellation) {
    return new ReferenceCosine(call).run();
  }

  private long run() {
    FeatureMatrix f = call.features();
    long invalid = 0;
    double[] scores = new double[call.classes()];
    for (long i = 0; i < call.classes() * f.dimension() && f.count() > 0; i++) {
      if (!Float.isFinite(Segments.getFloat(prototypes, i))) {
        throw new IllegalArgumentException("a prototype is not finite");
      }
    }
    for (long n = 0; n < f.count(); n++) {
      cancellation.check();
      double square = 0;
      for (long d = 0; d < f.dimension(); d++) {
        square += (double) features.at(n, d) * features.at(n, d);
      }
      boolean valid = square <= Float.MAX_VALUE;
      invalid += valid ? 0 : 1;
      for (int c = 0; c < call.classes(); c++) {
        double dot = 0;
        double length = 0;
        for (long d = 0; d < f.dimension(); d++) {
          double p = Segments.getFloat(prototypes, c * f.dimension() + d);
          dot += features.at(n, d) * p;
          length += p * p;
        }
        double product = Math.sqrt(square) * Math.sqrt(length);
        scores[c] = !valid ? Double.NaN : product > 0 ? dot / product : 0;
        if (scoresOut.isPresent()) {
          Segments.setFloat(scoresOut.get(), c * f.count() + n, (float) scores[c]);
        }
      }
      argmax.write(scores, n);
    }
    return invalid;
  }
}
