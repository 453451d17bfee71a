package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.reference.lanes.Floats;
import org.onelabel.kernels.internal.reference.lanes.Lanes;
import org.onelabel.kernels.internal.reference.lanes.VectorReader;
import org.onelabel.kernels.internal.reference.threads.Team;

/** Cosines with prototypes: sums in float64, in the order of the dimensions. */
final class ReferenceCosine {
  /** Vectors whose sums stay in the first-level cache while dimensions go by. */
  private static final int TILE = 256;

  /** Dimensions that are read together. */
  private static final int READ = 64;

  private final FeatureMatrix features;
  private final double[][] prototypes;
  private final double[] lengths;
  private final Optional<MemorySegment> scores;
  private final Argmax argmax;
  private final LongAdder invalid = new LongAdder();

  private ReferenceCosine(PrototypeCosine call) {
    features = call.features();
    int dimension = Math.toIntExact(features.dimension());
    prototypes = new double[call.classes()][Lanes.padded(dimension)];
    lengths = new double[call.classes()];
    scores = call.scores().map(HostAllocation::segment);
    argmax = Argmax.into(call.labels(), call.margins());
    float[] prototype = new float[dimension];
    for (int c = 0; c < call.classes() && features.count() > 0; c++) {
      Floats.read(
          HostAllocation.segment(call.prototypes()), (long) c * dimension, prototype, dimension);
      double square = 0;
      for (int d = 0; d < dimension; d++) {
        if (!Float.isFinite(prototype[d])) {
          throw new IllegalArgumentException("a prototype is not finite");
        }
        prototypes[c][d] = prototype[d];
        square += prototypes[c][d] * prototypes[c][d];
      }
      lengths[c] = Math.sqrt(square);
    }
  }

  static long run(PrototypeCosine call, Team team) {
    ReferenceCosine cosine = new ReferenceCosine(call);
    int tiles = Math.toIntExact(Math.ceilDiv(call.features().count(), TILE));
    team.on(call.features().data(), List.of(call.scores(), call.labels(), call.margins()))
        .run(tiles, () -> cosine.new Worker());
    return cosine.invalid.sum();
  }

  private final class Worker implements IntConsumer {
    private final VectorReader reader = new VectorReader(features);
    private final float[][] values = new float[Math.min(READ, prototypes[0].length)][TILE];
    private final double[][] wide = new double[Lanes.DEPTH][TILE];
    private final double[] squares = new double[TILE];
    private final double[][] sums = new double[prototypes.length][TILE];
    private final float[] narrow = new float[TILE];

    @Override
    public void accept(int tile) {
      long first = (long) tile * TILE;
      int count = (int) Math.min(TILE, features.count() - first);
      Arrays.fill(squares, 0);
      for (double[] sum : sums) {
        Arrays.fill(sum, 0);
      }
      for (int d = 0; d < prototypes[0].length; d += Lanes.DEPTH) {
        if (d % READ == 0) {
          reader.lanes(first, count, d, values);
        }
        Lanes.widen(values, d % READ, wide);
        Lanes.addSquares(squares, wide);
        for (int c = 0; c < sums.length; c++) {
          Lanes.addProducts(sums[c], wide, prototypes[c], d);
        }
      }
      finish(first, count);
    }

    private void finish(long first, int count) {
      int notFinite = 0;
      for (int j = 0; j < count; j++) {
        boolean valid = squares[j] <= Float.MAX_VALUE;
        notFinite += valid ? 0 : 1;
        squares[j] = valid ? Math.sqrt(squares[j]) : Double.NaN;
      }
      invalid.add(notFinite);
      for (int c = 0; c < sums.length; c++) {
        double[] sum = sums[c];
        for (int j = 0; j < count; j++) {
          double product = squares[j] * lengths[c];
          sum[j] = product > 0 ? sum[j] / product : Double.isNaN(product) ? Double.NaN : 0;
        }
        if (scores.isPresent()) {
          Floats.narrow(sum, narrow);
          Floats.write(narrow, scores.get(), c * features.count() + first, count);
        }
      }
      argmax.write(sums, count, first);
    }
  }
}
