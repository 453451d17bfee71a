package org.onelabel.networks.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.onelabel.networks.sampling.Batch;

/**
 * DTC as published: the second head learns the signed distance to each structure, and the mask it
 * implies is to agree with the first head. The published code knows one structure; here every
 * structure has its own distance and its own sigmoid, which is the same for one.
 */
final class DualTaskConsistency implements Method {
  @Override
  public NDArray labelLoss(Step step) {
    if (step.heads().signedDistance() == null) {
      throw new IllegalStateException("DTC needs the network unet_3D_sdf");
    }
    Batch batch = step.batch();
    NDArray loss = loss(step, 0, batch.trusted());
    double weight = step.pseudoWeight();
    return batch.hasPool() && weight > 0
        ? loss.add(step.weighted(loss(step, batch.trusted(), batch.patches().size()), weight))
        : loss;
  }

  private static NDArray loss(Step step, int from, int to) {
    Batch batch = step.batch();
    int structures = step.student().architecture().classes() - 1;
    int[] patch = batch.patch();
    float[] distances = SignedDistance.of(batch.patches().subList(from, to), structures, patch);
    NDArray truth =
        step.manager()
            .create(
                distances, new Shape((long) to - from, structures, patch[0], patch[1], patch[2]));
    String range = from + ":" + to;
    return step.losses()
        .dualTask(
            step.heads().logits().get(range),
            step.heads().signedDistance().get(range),
            batch.label().get(range),
            batch.weight().get(range),
            truth);
  }

  @Override
  public NDArray consistency(Step step) {
    // As published over the whole batch: it needs no labels.
    return step.losses().dualTaskConsistency(step.heads().logits(), step.heads().signedDistance());
  }
}
