package org.onelabel.networks.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.operations.Resources;
import org.onelabel.networks.optimization.Optimizer;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.sampling.Batch;

/**
 * DAN as published: a discriminator tells predictions of labelled scans from those of unlabelled
 * ones; the student is to have its unlabelled predictions taken for labelled ones. The
 * discriminator learns in turn, by Adam.
 */
final class AdversarialMethod implements Method {
  /** Features of the discriminator for one of the student: 64 for the published 16. */
  private static final int FEATURES = 4;

  private static final double RATE = 1e-4;
  private static final OptimizerSettings OPTIMIZER =
      new OptimizerSettings(OptimizerKind.ADAM, RATE, 0, Double.POSITIVE_INFINITY, 0.9, 0);
  private static final double SQUARES_MOMENTUM = 0.99;

  private final Discriminator discriminator;
  private final Optimizer optimizer;

  private AdversarialMethod(Discriminator discriminator, Optimizer optimizer) {
    this.discriminator = discriminator;
    this.optimizer = optimizer;
  }

  /** The method with a discriminator at rest, whose memory lives as long as the student at most. */
  static AdversarialMethod open(Specialist student, RandomGenerator random) {
    Operators operators = student.operators();
    int classes = student.architecture().classes();
    int channels = student.architecture().inputs();
    int features = FEATURES * student.architecture().width();
    return Resources.open(
        resources -> {
          Discriminator discriminator =
              resources.add(
                  new Discriminator(classes, channels, features, student.manager(), operators),
                  Discriminator::close);
          discriminator.weights().initialise(random);
          discriminator.weights().requireGradients();
          return new AdversarialMethod(
              discriminator,
              new Optimizer(OPTIMIZER, SQUARES_MOMENTUM, discriminator.weights().all(), operators));
        });
  }

  @Override
  public NDArray consistency(Step step) {
    NDArray logits = step.batch().ofPool(step.heads().logits());
    NDArray image = step.batch().ofPool(step.batch().image());
    NDArray scores = discriminator.judge(logits.softmax(1), image, true, true);
    return step.losses().adversarial(scores, true);
  }

  @Override
  public void after(Step step) {
    Batch batch = step.batch();
    if (!batch.hasPool()) {
      return;
    }
    NDArray maps = step.heads().logits().stopGradient().softmax(1);
    try (GradientCollector collector = step.manager().getEngine().newGradientCollector()) {
      NDArray scores = discriminator.judge(maps, batch.image(), true, false);
      NDArray loss =
          step.losses()
              .adversarial(batch.ofTrusted(scores), true)
              .add(step.losses().adversarial(batch.ofPool(scores), false));
      collector.backward(loss);
    }
    optimizer.step(step.iteration(), RATE, step.manager());
  }

  @Override
  public List<NDArray> memory() {
    List<NDArray> all = new ArrayList<>(discriminator.weights().all());
    all.addAll(optimizer.memory());
    return all;
  }

  @Override
  public void close() {
    discriminator.close();
  }
}
