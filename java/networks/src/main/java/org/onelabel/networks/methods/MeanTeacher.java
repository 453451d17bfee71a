package org.onelabel.networks.methods;

import ai.djl.ndarray.NDArray;

/** Mean Teacher as published: the mean squared difference of the softmaxes. */
final class MeanTeacher implements Method {
  @Override
  public NDArray consistency(Step step) {
    NDArray student = step.batch().ofPool(step.heads().logits());
    return step.losses().consistency(student, step.teacherOpinion());
  }
}
