package org.onelabel.benchmarks;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.apache.commons.math3.linear.BlockRealMatrix;
import org.apache.commons.math3.util.FastMath;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.kernels.experiment.Workload.Input;

/** Apache Commons Math: products of block matrices in float64, its fast exponential. */
final class CommonsMathPeer implements Peer {
  private final Runnable call;
  private float[] found;

  CommonsMathPeer(Workload workload, Input input) {
    this.call =
        switch (workload) {
          case Workload.Neighbours w -> neighbours(w, input);
          case Workload.Cosine w -> cosine(w, input);
          case Workload.Entropy w -> entropy(w, input.first().toArray(ValueLayout.JAVA_FLOAT));
          case Workload.Upsampling w ->
              throw new IllegalArgumentException("Commons Math has nothing for " + w.kernel());
          case Workload.Reduction w ->
              throw new IllegalArgumentException("Commons Math has nothing for " + w.kernel());
        };
  }

  private static BlockRealMatrix matrix(float[] values, int columns) {
    double[][] rows = new double[values.length / columns][columns];
    for (int i = 0; i < values.length; i++) {
      rows[i / columns][i % columns] = values[i];
    }
    return new BlockRealMatrix(rows);
  }

  private Runnable neighbours(Workload.Neighbours w, Input input) {
    if (w.metric() != NearestNeighbours.Metric.INNER_PRODUCT) {
      throw new IllegalArgumentException("Commons Math is set up for inner products alone");
    }
    BlockRealMatrix queries = matrix(input.first().toArray(ValueLayout.JAVA_FLOAT), w.dimension());
    BlockRealMatrix columns =
        matrix(input.second().toArray(ValueLayout.JAVA_FLOAT), w.dimension()).transpose();
    return () -> {
      double[][] products = queries.multiply(columns).getData();
      Selection selection = new Selection(w.queries(), w.k());
      for (int i = 0; i < products.length; i++) {
        for (int j = 0; j < w.database(); j++) {
          selection.offer(i, (float) products[i][j], j);
        }
      }
      found = selection.scores(false);
    };
  }

  private Runnable cosine(Workload.Cosine w, Input input) {
    boolean rows = w.layout() == FeatureMatrix.Layout.ROWS;
    BlockRealMatrix given =
        matrix(input.first().toArray(ValueLayout.JAVA_FLOAT), rows ? w.dimension() : w.voxels());
    BlockRealMatrix features = rows ? given : given.transpose();
    BlockRealMatrix prototypes =
        matrix(input.second().toArray(ValueLayout.JAVA_FLOAT), w.dimension());
    for (int c = 0; c < w.classes(); c++) {
      prototypes.setRowVector(c, prototypes.getRowVector(c).unitVector());
    }
    BlockRealMatrix columns = prototypes.transpose();
    found = new float[w.voxels() * w.classes()];
    return () -> {
      BlockRealMatrix scores = features.multiply(columns);
      for (int n = 0; n < w.voxels(); n++) {
        double length = features.getRowVector(n).getNorm();
        for (int c = 0; c < w.classes(); c++) {
          found[n * w.classes() + c] = (float) (scores.getEntry(n, c) / length);
        }
      }
    };
  }

  private Runnable entropy(Workload.Entropy w, float[] logits) {
    int classes = w.classes(), voxels = w.voxels();
    found = new float[(w.information() ? 2 : 1) * voxels];
    return () -> {
      double[] mean = new double[classes], chances = new double[classes];
      for (int n = 0; n < voxels; n++) {
        Arrays.fill(mean, 0);
        double inner = 0;
        for (int t = 0; t < w.passes(); t++) {
          double sum = 0;
          for (int c = 0; c < classes; c++) {
            chances[c] = FastMath.exp(logits[(t * classes + c) * voxels + n]);
            sum += chances[c];
          }
          for (int c = 0; c < classes; c++) {
            double p = chances[c] / sum;
            mean[c] += p / w.passes();
            inner -= w.information() ? p * FastMath.log(p) / w.passes() : 0;
          }
        }
        double h = 0;
        for (double p : mean) {
          h -= p * FastMath.log(p);
        }
        found[n] = (float) h;
        if (w.information()) {
          found[voxels + n] = (float) (h - inner);
        }
      }
    };
  }

  @Override
  public void run() {
    call.run();
  }

  @Override
  public float[] result() {
    return found.clone();
  }

  @Override
  public void close() {}
}
