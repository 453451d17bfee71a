package org.onelabel.benchmarks;

import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.kernels.experiment.Workload.Input;

/** OpenBLAS sgemm on blocks that stay in the cache, then a threshold and insertion in Java. */
final class OpenBlasPeer implements Peer {
  private static final int QUERIES = 256, ROWS = 1024;

  private final Workload.Neighbours workload;
  private final FloatPointer queries, database, products = new FloatPointer((long) QUERIES * ROWS);
  private final float[] block = new float[QUERIES * ROWS];
  private final float[] queryOffsets, rowOffsets;
  private final Selection selection;
  private final boolean l2;

  OpenBlasPeer(Workload.Neighbours workload, Input input) {
    if (workload.metric() == NearestNeighbours.Metric.COSINE) {
      throw new IllegalArgumentException("a cosine is an inner product of normalised rows here");
    }
    openblas.blas_set_num_threads(1);
    this.workload = workload;
    this.queries = new FloatPointer(input.first().toArray(ValueLayout.JAVA_FLOAT));
    this.database = new FloatPointer(input.second().toArray(ValueLayout.JAVA_FLOAT));
    this.l2 = workload.metric() == NearestNeighbours.Metric.SQUARED_L2;
    this.queryOffsets = offsets(input.first().toArray(ValueLayout.JAVA_FLOAT));
    this.rowOffsets = offsets(input.second().toArray(ValueLayout.JAVA_FLOAT));
    this.selection = new Selection(workload.queries(), workload.k());
  }

  private float[] offsets(float[] rows) {
    int dimension = workload.dimension();
    float[] offsets = new float[rows.length / dimension];
    for (int i = 0; i < rows.length && l2; i++) {
      offsets[i / dimension] += rows[i] * rows[i];
    }
    return offsets;
  }

  @Override
  public void run() {
    selection.clear();
    int dimension = workload.dimension();
    for (int q = 0; q < workload.queries(); q += QUERIES) {
      int height = Math.min(QUERIES, workload.queries() - q);
      for (int r = 0; r < workload.database(); r += ROWS) {
        int width = Math.min(ROWS, workload.database() - r);
        openblas.cblas_sgemm(
            openblas.CblasRowMajor,
            openblas.CblasNoTrans,
            openblas.CblasTrans,
            height,
            width,
            dimension,
            l2 ? 2 : 1,
            queries.getPointer((long) q * dimension),
            dimension,
            database.getPointer((long) r * dimension),
            dimension,
            0,
            products,
            ROWS);
        products.get(block, 0, height * ROWS);
        for (int i = 0; i < height; i++) {
          for (int j = 0; j < width; j++) {
            float score = block[i * ROWS + j] - queryOffsets[q + i] - rowOffsets[r + j];
            selection.offer(q + i, score, r + j);
          }
        }
      }
    }
  }

  @Override
  public float[] result() {
    return selection.scores(l2);
  }

  @Override
  public void close() {
    queries.close();
    database.close();
    products.close();
  }
}
