package org.onelabel.networks.methods;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.operations.Losses;
import org.onelabel.networks.optimization.Schedules;

/**
 * UA-MT as published: the teacher is followed only where the entropy of its mean over several noisy
 * passes is below a rising threshold. The published threshold is of ln 2, the largest entropy of
 * two classes; here it is of the largest entropy of the classes there are.
 */
final class UncertaintyAwareMeanTeacher implements Method {
  private static final int PASSES = 8;

  @Override
  public NDArray consistency(Step step) {
    NDArray opinion = step.teacherOpinion();
    List<NDArray> passes = new ArrayList<>();
    for (int i = 0; i < PASSES; i++) {
      passes.add(step.teacherOpinion());
    }
    Losses losses = step.losses();
    NDArray entropy = losses.entropy(losses.meanProbability(passes));
    double classes = step.student().architecture().classes();
    double threshold =
        Schedules.uncertaintyThreshold(step.iteration(), step.iterations())
            * (Math.log(classes) / Math.log(2));
    return losses.certainConsistency(
        step.batch().ofPool(step.heads().logits()), opinion, entropy, threshold);
  }
}
