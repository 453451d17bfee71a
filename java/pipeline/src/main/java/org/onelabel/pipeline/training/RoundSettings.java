package org.onelabel.pipeline.training;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.methods.MethodSettings;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.sampling.BatchSettings;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.networks.training.TrainingLength;
import org.onelabel.networks.training.TrainingSettings;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.settings.Setting;

/**
 * One round of training.
 *
 * @param labels what is learnt from
 * @param patches what is drawn from it
 * @param length how long it goes on; 100 extensions at most
 * @param checkpointSeconds seconds between two checkpoints of a training, for {@code --resume}
 * @param optimization how a step follows from a gradient; the clip is finite
 * @param teaching what unlabelled patches teach
 */
public record RoundSettings(
    @JsonUnwrapped LabelSettings labels,
    @JsonUnwrapped PatchSettings patches,
    @JsonUnwrapped TrainingLength length,
    double checkpointSeconds,
    @JsonUnwrapped OptimizerSettings optimization,
    @JsonUnwrapped MethodSettings teaching) {

  public RoundSettings {
    Setting.within("extensions", length.extensions(), 0, 100);
    Setting.atLeast("checkpointSeconds", checkpointSeconds, 0);
    Setting.positive("learningRate", optimization.learningRate());
    Setting.positive("clip", optimization.clip());
  }

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
   * @param drawn scans that the template teaches beside itself: its voxels and exact labels, moved
   *     as the registrations of the pool's scans say, as bright as these show its tissues; fewer
   *     where scans are large, none without a registration and for baselines
   */
  public record LabelSettings(
      Supervision supervision,
      Supervision first,
      boolean restart,
      boolean pretrained,
      boolean confidence,
      double confidencePower,
      int drawn) {
    public LabelSettings {
      Setting.within("drawn", drawn, 0, 10_000);
      Setting.require(
          !first.usesHiddenLabels(),
          "first must not be %s: hidden labels only measure".formatted(Json.name(first)));
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
   * The training of a round.
   *
   * @param patch sides, voxels
   * @param sampling of patches
   * @param labelledAlone whether there is no other scan than labelled ones: they fill the batch, so
   *     that every setting has the same work
   */
  public TrainingSettings training(int[] patch, Sampling sampling, boolean labelledAlone) {
    int labelled = patches.labelledBatch + (labelledAlone ? patches.unlabelledBatch : 0);
    return new TrainingSettings(
        new BatchSettings(patch, labelled, patches.unlabelledBatch, sampling),
        length,
        optimization,
        teaching);
  }
}
