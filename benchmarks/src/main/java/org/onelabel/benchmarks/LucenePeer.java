package org.onelabel.benchmarks;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.apache.lucene.util.VectorUtil;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.kernels.experiment.Workload.Input;

/** Lucene's vector functions, one pair of rows at a time. */
final class LucenePeer implements Peer {
  private final float[][] queries, database;
  private final Selection selection;
  private final Workload.Neighbours workload;

  LucenePeer(Workload.Neighbours workload, Input input) {
    this.workload = workload;
    this.queries = rows(input.first().toArray(ValueLayout.JAVA_FLOAT), workload.dimension());
    this.database = rows(input.second().toArray(ValueLayout.JAVA_FLOAT), workload.dimension());
    this.selection = new Selection(workload.queries(), workload.k());
  }

  private static float[][] rows(float[] values, int dimension) {
    float[][] rows = new float[values.length / dimension][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * dimension, (i + 1) * dimension));
    return rows;
  }

  @Override
  public void run() {
    selection.clear();
    for (int i = 0; i < queries.length; i++) {
      for (int j = 0; j < database.length; j++) {
        float score =
            switch (workload.metric()) {
              case COSINE -> VectorUtil.cosine(queries[i], database[j]);
              case INNER_PRODUCT -> VectorUtil.dotProduct(queries[i], database[j]);
              case SQUARED_L2 -> -VectorUtil.squareDistance(queries[i], database[j]);
            };
        selection.offer(i, score, j);
      }
    }
  }

  @Override
  public float[] result() {
    return selection.scores(workload.metric() == NearestNeighbours.Metric.SQUARED_L2);
  }

  @Override
  public void close() {}
}
