package org.onelabel.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.kernels.experiment.Workload.Input;

/**
 * PyTorch through DJL, as one would write it, or cut into parts that stay in the processor's cache,
 * with one sigmoid in place of a softmax over two classes.
 */
final class PyTorchPeer implements Peer {
  // Queries whose products with the whole database are at hand at once; voxels of a part.
  private static final int QUERIES = 256, ROWS = 1024, CHANNEL_VOXELS = 4096, LOGIT_VOXELS = 8192;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final Function<NDManager, List<NDArray>> call;
  private final boolean information;
  private NDManager last;
  private List<NDArray> found;

  PyTorchPeer(Workload workload, Input input, boolean parts) {
    this.call =
        switch (workload) {
          case Workload.Neighbours w -> neighbours(w, input);
          case Workload.Cosine w -> cosine(w, input, parts);
          case Workload.Entropy w -> entropy(w, input, parts);
          case Workload.Upsampling w ->
              throw new IllegalArgumentException("PyTorch has nothing for " + w.kernel());
          case Workload.Reduction w ->
              throw new IllegalArgumentException("PyTorch has nothing for " + w.kernel());
        };
    this.information = workload instanceof Workload.Entropy w && w.information();
  }

  private NDArray array(MemorySegment values, long... sizes) {
    return manager.create(
        values.asByteBuffer().order(ByteOrder.nativeOrder()), new Shape(sizes), DataType.FLOAT32);
  }

  private Function<NDManager, List<NDArray>> neighbours(Workload.Neighbours w, Input input) {
    NDArray queries = array(input.first(), w.queries(), w.dimension());
    NDArray database = array(input.second(), w.database(), w.dimension());
    boolean l2 = w.metric() == NearestNeighbours.Metric.SQUARED_L2;
    if (w.metric() == NearestNeighbours.Metric.COSINE) {
      throw new IllegalArgumentException(
          "PyTorch has no better way for cosines than normalised rows");
    }
    return scratch -> {
      database.attach(scratch);
      List<NDArray> parts = new ArrayList<>();
      NDArray columns = database.transpose();
      NDArray offsets = l2 ? database.square().sum(new int[] {1}) : null;
      for (int i = 0; i < w.queries(); i += QUERIES) {
        // What a part needs is freed with it.
        try (NDManager scope = scratch.newSubManager()) {
          NDArray part =
              queries.get(scope, new NDIndex("{}:{}", i, Math.min(w.queries(), i + QUERIES)));
          NDArray scores = part.matMul(columns);
          NDArray best;
          if (l2) {
            NDArray own = part.square().sum(new int[] {1}, true);
            best = scores.muli(-2).addi(offsets).topK(w.k(), 1, false, true).head().addi(own);
          } else {
            best = scores.topK(w.k(), 1).head();
          }
          parts.add(best);
          best.attach(scratch);
        }
      }
      database.attach(manager);
      return parts;
    };
  }

  private Function<NDManager, List<NDArray>> cosine(
      Workload.Cosine w, Input input, boolean inParts) {
    boolean rows = w.layout() == FeatureMatrix.Layout.ROWS;
    NDArray features =
        rows
            ? array(input.first(), w.voxels(), w.dimension())
            : array(input.first(), w.dimension(), w.voxels());
    NDArray raw = array(input.second(), w.classes(), w.dimension());
    NDArray prototypes = raw.div(raw.norm(new int[] {1}, true));
    int step = !inParts ? w.voxels() : rows ? ROWS : CHANNEL_VOXELS;
    return scratch -> {
      prototypes.attach(scratch);
      List<NDArray> parts = new ArrayList<>();
      NDArray columns = prototypes.transpose();
      for (int i = 0; i < w.voxels(); i += step) {
        int end = Math.min(w.voxels(), i + step);
        try (NDManager scope = scratch.newSubManager()) {
          NDArray part = features.get(scope, new NDIndex(rows ? "{}:{}" : ":, {}:{}", i, end));
          NDArray scores =
              rows
                  ? part.matMul(columns).divi(part.norm(new int[] {1}, true))
                  : prototypes.matMul(part).divi(part.norm(new int[] {0}, true));
          scores.argMax(rows ? 1 : 0).close();
          parts.add(rows ? scores : scores.transpose());
          parts.getLast().attach(scratch);
        }
      }
      prototypes.attach(manager);
      return parts;
    };
  }

  private Function<NDManager, List<NDArray>> entropy(
      Workload.Entropy w, Input input, boolean inParts) {
    NDArray logits = array(input.first(), w.passes(), w.classes(), w.voxels());
    int step = inParts ? LOGIT_VOXELS : w.voxels();
    boolean sigmoid = inParts && w.classes() == 2;
    return scratch -> {
      List<NDArray> parts = new ArrayList<>();
      for (int i = 0; i < w.voxels(); i += step) {
        try (NDManager scope = scratch.newSubManager()) {
          NDArray part =
              logits.get(scope, new NDIndex(":, :, {}:{}", i, Math.min(w.voxels(), i + step)));
          NDArray chances =
              sigmoid
                  ? Activation.sigmoid(part.get(":, 1").sub(part.get(":, 0"))).expandDims(1)
                  : part.softmax(1);
          NDArray h = entropyOf(chances.mean(new int[] {0}), 0, sigmoid);
          parts.add(h);
          h.attach(scratch);
          if (w.information()) {
            NDArray information = h.sub(entropyOf(chances, 1, sigmoid).mean(new int[] {0}));
            parts.add(information);
            information.attach(scratch);
          }
        }
      }
      return parts;
    };
  }

  private static NDArray entropyOf(NDArray chances, int axis, boolean sigmoid) {
    NDArray h = chances.mul(chances.log());
    if (sigmoid) {
      NDArray others = chances.neg().addi(1);
      h.addi(others.mul(others.log()));
    }
    return h.sum(new int[] {axis}).negi();
  }

  @Override
  public void run() {
    if (last != null) {
      last.close();
    }
    last = manager.newSubManager();
    found = call.apply(last);
  }

  @Override
  public float[] result() {
    int length = 0;
    for (NDArray part : found) {
      length += Math.toIntExact(part.size());
    }
    float[] values = new float[length];
    int at = 0;
    // With mutual information parts take turns: all entropies go first.
    for (int turn = 0; turn < (information ? 2 : 1); turn++) {
      for (int i = turn; i < found.size(); i += information ? 2 : 1) {
        float[] part = found.get(i).toFloatArray();
        System.arraycopy(part, 0, values, at, part.length);
        at += part.length;
      }
    }
    return values;
  }

  @Override
  public void close() {
    manager.close();
  }
}
