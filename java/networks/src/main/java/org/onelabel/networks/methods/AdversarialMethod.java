package org.onelabel.networks.methods;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.optimization.Descent;
import org.onelabel.networks.optimization.Optimiser;
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
  private static final Descent.Settings DESCENT =
      new Descent.Settings(Optimiser.ADAM, 0.9, 0.99, 0, Double.POSITIVE_INFINITY);
  private static final long LABELLED = 1;
  private static final long UNLABELLED = 0;

  private final Operators operators;
  private final Discriminator discriminator;
  private final Descent descent;

  AdversarialMethod(Specialist student, RandomGenerator random) {
    operators = student.operators();
    int classes = student.architecture().classes();
    int channels = student.architecture().inputs();
    int features = FEATURES * student.architecture().width();
    discriminator = new Discriminator(classes, channels, features, student.manager(), operators);
    discriminator.weights().initialise(random);
    discriminator.weights().requireGradients();
    descent = new Descent(DESCENT, discriminator.weights().all(), operators);
  }

  @Override
  public NDArray consistency(Step step) {
    NDArray logits = step.batch().ofPool(step.heads().logits());
    NDArray image = step.batch().ofPool(step.batch().image());
    NDArray verdict = discriminator.judge(logits.softmax(1), image, true, true);
    return operators.call("verdict_loss", verdict, wanted(step.manager(), verdict, LABELLED));
  }

  @Override
  public void after(Step step) {
    Batch batch = step.batch();
    if (!batch.hasPool()) {
      return;
    }
    NDArray maps = step.heads().logits().stopGradient().softmax(1);
    try (GradientCollector collector = Engine.getEngine(Operators.ENGINE).newGradientCollector()) {
      NDArray verdict = discriminator.judge(maps, batch.image(), true, false);
      NDArray trusted = batch.ofTrusted(verdict);
      NDArray pool = batch.ofPool(verdict);
      NDArray loss =
          operators
              .call("verdict_loss", trusted, wanted(step.manager(), trusted, LABELLED))
              .add(operators.call("verdict_loss", pool, wanted(step.manager(), pool, UNLABELLED)));
      collector.backward(loss);
    }
    descent.step(step.iteration(), RATE, step.manager());
  }

  private static NDArray wanted(NDManager manager, NDArray verdict, long target) {
    int batch = (int) verdict.getShape().get(0);
    long[] targets = new long[batch];
    Arrays.fill(targets, target);
    return manager.create(targets, new Shape(batch, 1));
  }

  @Override
  public List<NDArray> memory() {
    List<NDArray> all = new ArrayList<>(discriminator.weights().all());
    all.addAll(descent.memory());
    return all;
  }

  @Override
  public void close() {
    discriminator.close();
  }
}
