package org.onelabel.networks.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.optimization.Schedules;
import org.onelabel.networks.sam.Click;
import org.onelabel.networks.sam.SamMed3d;
import org.onelabel.networks.sam.SamOperators;
import org.onelabel.networks.sampling.Batch;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.WeightsFile;

/**
 * SemiSAM and SemiSAM+: Mean Teacher, and in every step the generalist segments the pool's patches,
 * prompted by the specialist's own prediction; the specialist is to agree with it, with a weight
 * that falls over the training. Hidden labels are never seen. The checkpoint is read once.
 */
final class GeneralistMethod implements Method {
  private static final int CLICKS = 10;
  private static final int TRIALS = 4;
  private static final double WEIGHT = 0.1;

  /** What the generalist is asked with. */
  enum Prompting {
    /** Ten clicks, each where its mask so far differs most, its mask fed back. */
    CLICKS,
    /** One click. */
    POINT,
    /** The prediction as a mask. */
    MASK,
    /** One click several times over; the variance of the answers is how little they count. */
    UNCERTAINTY
  }

  private final Method meanTeacher = new MeanTeacher();
  private final Prompting prompting;
  private final SamMed3d generalist;

  GeneralistMethod(Specialist student, MethodSettings settings, Prompting prompting) {
    this.prompting = prompting;
    try {
      Safetensors checkpoint = WeightsFile.read(Path.of(settings.generalist()));
      generalist = SamMed3d.of(checkpoint.tensors(), student.manager());
    } catch (IOException e) {
      throw new UncheckedIOException(settings.generalist() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public NDArray consistency(Step step) {
    return meanTeacher.consistency(step);
  }

  @Override
  public NDArray labelLoss(Step step) {
    NDArray loss = Method.super.labelLoss(step);
    if (!step.batch().hasPool()) {
      return loss;
    }
    double weight = WEIGHT * Schedules.ramp(1 - step.iteration() / (double) step.iterations());
    return loss.add(step.weighted(disagreement(step), weight));
  }

  /** Mean squared difference between the specialist's and the generalist's probabilities. */
  private NDArray disagreement(Step step) {
    Batch batch = step.batch();
    NDArray image = batch.ofPool(batch.image());
    NDArray probabilities = batch.ofPool(step.heads().logits()).softmax(1);
    NDManager manager = step.manager();
    int[] sides = generalist.inputSides();
    NDArray whole = manager.zeros(new Shape(1, 1, sides[0], sides[1], sides[2]));
    SamOperators operators = generalist.operators();
    NDArray channel = image.get(":, :1");
    NDArray features = generalist.features(operators.pad(channel, whole)).stopGradient();
    NDArray sum = manager.create(0f);
    int structures = step.student().architecture().classes() - 1;
    // The clicks of a step depend on nothing but the step.
    SplittableRandom random = new SplittableRandom(step.iteration());
    for (int c = 1; c <= structures; c++) {
      NDArray mine = probabilities.get(":, " + c + ":" + (c + 1));
      NDArray wanted = operators.pad(mine.stopGradient(), whole);
      Answer answer = ask(features, wanted, whole, random);
      NDArray mask = operators.cut(answer.probability, channel);
      NDArray trust = operators.cut(answer.trust, channel);
      NDArray difference = mine.sub(mask);
      sum = sum.add(difference.mul(difference).mul(trust).mean());
    }
    return step.weighted(sum, 1.0 / structures);
  }

  /** What the generalist says, B×1×input: a probability, and how far it counts. */
  private record Answer(NDArray probability, NDArray trust) {}

  private Answer ask(NDArray features, NDArray wanted, NDArray whole, SplittableRandom random) {
    NDManager manager = whole.getManager();
    int trials = prompting == Prompting.UNCERTAINTY ? TRIALS : 1;
    List<NDArray> answers = new ArrayList<>();
    for (int t = 0; t < trials; t++) {
      NDArray low =
          prompting == Prompting.MASK
              ? byMask(features, wanted, manager)
              : byClicks(features, wanted, whole, random);
      NDArray mask = generalist.operators().resize(low, whole);
      answers.add(mask.stopGradient());
    }
    NDArray mean = manager.zeros(answers.getFirst().getShape());
    List<NDArray> probabilities = new ArrayList<>();
    for (NDArray answer : answers) {
      NDArray p = Activation.sigmoid(answer);
      probabilities.add(p);
      mean = mean.add(p.div(trials));
    }
    return new Answer(mean, trust(probabilities, mean));
  }

  /**
   * How far several answers agree, 0 to 1: 1 less four times their variance, whose largest value is
   * a quarter.
   */
  static NDArray trust(List<NDArray> probabilities, NDArray mean) {
    NDArray trust = mean.onesLike();
    for (NDArray p : probabilities) {
      NDArray off = p.sub(mean);
      trust = trust.sub(off.mul(off).mul(4f / probabilities.size()));
    }
    return trust;
  }

  private NDArray byMask(NDArray features, NDArray wanted, NDManager manager) {
    int[] sides = generalist.inputSides();
    Shape grid = features.getShape();
    Shape low = new Shape(1, 1, 4 * grid.get(2), 4 * grid.get(3), 4 * grid.get(4));
    NDArray small = generalist.operators().resize(wanted, manager.zeros(low));
    NDArray clipped = small.clip(1e-3f, 1 - 1e-3f);
    NDArray logits = clipped.log().sub(clipped.mul(-1).add(1).log());
    long batch = wanted.getShape().get(0);
    NDArray nobody =
        generalist.sparse(
            manager.zeros(new Shape(batch, 1, 3)).add(sides[0] / 2f),
            manager.ones(new Shape(batch, 1)).neg());
    return generalist.masks(features, nobody, generalist.dense(logits)).get(":, :1");
  }

  private NDArray byClicks(
      NDArray features, NDArray wanted, NDArray whole, SplittableRandom random) {
    NDManager manager = whole.getManager();
    int batch = (int) wanted.getShape().get(0);
    int clicks = prompting == Prompting.CLICKS ? CLICKS : 1;
    float[] target = wanted.toFloatArray();
    float[] places = new float[batch * clicks * 3];
    float[] kinds = new float[batch * clicks];
    NDArray low = null;
    NDArray answer = null;
    for (int n = 0; n < clicks; n++) {
      float[] given = answer == null ? new float[target.length] : answer.toFloatArray();
      int voxels = target.length / batch;
      float[] points = new float[batch * (n + 1) * 3];
      float[] labels = new float[batch * (n + 1)];
      for (int b = 0; b < batch; b++) {
        Click click =
            Click.next(target, given, b * voxels, answer != null, generalist.inputSides(), random);
        int at = b * clicks + n;
        kinds[at] = click.inside() ? 1 : 0;
        for (int a = 0; a < 3; a++) {
          places[3 * at + a] = click.place()[a];
        }
        System.arraycopy(places, 3 * b * clicks, points, 3 * b * (n + 1), 3 * (n + 1));
        System.arraycopy(kinds, b * clicks, labels, b * (n + 1), n + 1);
      }
      NDArray sparse =
          generalist.sparse(
              manager.create(points, new Shape(batch, n + 1, 3)),
              manager.create(labels, new Shape(batch, n + 1)));
      NDArray dense = low == null ? generalist.denseOfNoMask(manager) : generalist.dense(low);
      low = generalist.masks(features, sparse, dense).get(":, :1");
      answer = generalist.operators().resize(low, whole);
    }
    return low;
  }

  @Override
  public void close() {
    generalist.close();
  }
}
