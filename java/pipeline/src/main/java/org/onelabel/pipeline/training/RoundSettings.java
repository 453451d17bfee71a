package org.onelabel.pipeline.training;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.methods.MethodSettings;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.sampling.BatchSettings;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.networks.training.TrainingLength;
import org.onelabel.networks.training.TrainingSettings;
import org.onelabel.pipeline.settings.Setting;

/**
 * One round of training.
 *
 * @param labels what is learnt from
 * @param patches what is drawn from it
 * @param length how long it goes on
 * @param optimization how a step follows from a gradient
 * @param teaching what unlabelled patches teach
 */
public record RoundSettings(
    @JsonUnwrapped LabelSettings labels,
    @JsonUnwrapped PatchSettings patches,
    @JsonUnwrapped LengthSettings length,
    @JsonUnwrapped OptimizationSettings optimization,
    @JsonUnwrapped TeachingSettings teaching) {

  /**
   * What a round learns from, and from which weights it begins.
   *
   * @param supervision which scans a round has labels of
   * @param first the same for the first round, where another round follows and the consensus joins
   *     its predictions with the propagated labels; {@code all-labels} is refused
   * @param restart whether each round begins with fresh weights, as published; else with those of
   *     the round before
   * @param pretrained whether the first round begins with the weights of the encoder learnt from
   *     the pool, where there is one of the same network and width
   * @param confidence whether the loss weighs pseudo-labels by their confidence
   * @param confidencePower power of the confidence in that weight
   */
  public record LabelSettings(
      Supervision supervision,
      Supervision first,
      boolean restart,
      boolean pretrained,
      boolean confidence,
      double confidencePower) {
    public LabelSettings {
      Setting.require(
          first != Supervision.ALL_LABELS, "first must not be all-labels: they only measure");
    }

    /** What a voxel's trust is raised to before it weighs. */
    public double trustPower() {
      return confidence ? confidencePower : 0;
    }
  }

  /**
   * Which patches are drawn from scans.
   *
   * @param patch sides of a patch in working voxels; {@code 0,0,0} plans them from the data
   * @param patchVoxels most voxels of a patch where it is planned
   * @param foreground share of patches drawn around a structure; 0 plans it from the data
   * @param augmentation how patches are varied
   * @param labelledBatch labelled patches of a step
   * @param unlabelledBatch unlabelled patches of a step
   */
  public record PatchSettings(
      List<Integer> patch,
      int patchVoxels,
      double foreground,
      Augmentation augmentation,
      int labelledBatch,
      int unlabelledBatch) {
    public PatchSettings {
      patch = List.copyOf(patch);
      if (!patch.equals(List.of(0, 0, 0))) {
        Setting.sides("patch", patch);
      }
      Setting.atLeast("patchVoxels", patchVoxels, 4096);
      Setting.within("foreground", foreground, 0, 1);
      Setting.atLeast("labelledBatch", labelledBatch, 1);
      Setting.atLeast("unlabelledBatch", unlabelledBatch, 0);
    }

    /** Whether the sides are given, not planned. */
    public boolean isGiven() {
      return patch.getFirst() > 0;
    }

    /** The given sides. */
    public int[] sides() {
      return patch.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /**
   * How long a training goes on.
   *
   * @param iterations training steps of a round
   * @param extensions how often a training that lacks a structure, or still improves, is given as
   *     many steps again
   * @param validateEvery steps between two validations
   * @param checkpointSeconds seconds between two checkpoints of a training, for {@code --resume}
   */
  public record LengthSettings(
      int iterations, int extensions, int validateEvery, double checkpointSeconds) {
    public LengthSettings {
      Setting.atLeast("iterations", iterations, 1);
      Setting.within("extensions", extensions, 0, 100);
      Setting.atLeast("validateEvery", validateEvery, 1);
      Setting.atLeast("checkpointSeconds", checkpointSeconds, 0);
    }
  }

  /**
   * The optimizer; see {@link OptimizerSettings}.
   *
   * @param optimizer the optimizer
   * @param learningRate learning rate at the start of a round; it falls with the power 0.9 of the
   *     remaining steps
   * @param warmUp steps over which the learning rate rises from 0
   * @param clip largest Euclidean norm of the gradient; a larger gradient is scaled down to it
   * @param momentum momentum of the gradient; β1 of AdamW
   * @param weightDecay weight decay; decoupled for AdamW
   */
  public record OptimizationSettings(
      OptimizerKind optimizer,
      double learningRate,
      int warmUp,
      double clip,
      double momentum,
      double weightDecay) {
    public OptimizationSettings {
      Setting.positive("learningRate", learningRate);
      Setting.positive("clip", clip);
    }
  }

  /**
   * What unlabelled patches teach.
   *
   * @param method semi-supervised method
   * @param generalist checkpoint of SAM-Med3D, for methods that need it; else empty
   * @param averageDecay decay of the teacher's moving average of the student's weights
   * @param consistency final weight of the consistency loss; 0 trains without it
   * @param consistencyRamp length of the consistency weight's ramp, in units of 150 steps
   */
  public record TeachingSettings(
      MethodKind method,
      String generalist,
      double averageDecay,
      double consistency,
      double consistencyRamp) {
    public TeachingSettings {
      Setting.require(
          !method.needsGeneralist() || !generalist.isEmpty(),
          "method asks SAM-Med3D: name its checkpoint with training.generalist");
    }
  }

  /**
   * The training of a round.
   *
   * @param patch sides, voxels
   * @param sampling of patches
   * @param supervision of this round
   * @param labelledAlone whether there is no other scan than labelled ones: they fill the batch, so
   *     that every setting has the same work
   */
  public TrainingSettings training(
      int[] patch, Sampling sampling, Supervision supervision, boolean labelledAlone) {
    int labelled = patches.labelledBatch + (labelledAlone ? patches.unlabelledBatch : 0);
    return new TrainingSettings(
        new BatchSettings(patch, labelled, patches.unlabelledBatch, sampling),
        new TrainingLength(length.iterations, length.extensions, length.validateEvery),
        new OptimizerSettings(
            optimization.optimizer,
            optimization.learningRate,
            optimization.warmUp,
            optimization.momentum,
            OptimizerSettings.SQUARES_MOMENTUM,
            optimization.weightDecay,
            optimization.clip),
        new MethodSettings(
            teaching.method,
            teaching.consistency,
            teaching.consistencyRamp,
            teaching.averageDecay,
            supervision == Supervision.TEMPLATE_AND_POOL ? 1 : 0,
            teaching.generalist));
  }
}
