package org.onelabel.pipeline.refinement;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.cohort.LazyList;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.settings.Setting;
import org.onelabel.pipeline.uncertainty.UncertaintyKind;

/**
 * What corrects pseudo-labels between rounds. See {@link VolumeRefinement} for {@code k} and {@code
 * quantile}, {@link ConsensusRefinement} for {@code propagation}.
 *
 * @param kind how pseudo-labels are corrected between rounds
 * @param k for {@code volume}: number of certain volumes that vote on an uncertain one
 * @param quantile for {@code volume}: quantile of the pool's uncertainties from which on a volume
 *     counts as uncertain
 * @param propagation for {@code consensus}: weight of the propagated labels beside a network that
 *     did not learn from them, 1 for equal weight; beside others it is at most 0.5
 * @param uncertainty measure of uncertainty of each voxel; {@code region} refines where it is high,
 *     and the report shows it
 * @param passes predictions with dropout, for {@code mutual-information}
 * @param region refinement by regions, for {@code refinement.kind=region}
 */
public record RefinementSettings(
    RefinementKind kind,
    int k,
    double quantile,
    double propagation,
    UncertaintyKind uncertainty,
    int passes,
    RegionSettings region) {
  private static final double MOST_BESIDE_TAUGHT = 0.5;

  /**
   * For {@code region}.
   *
   * @param features features that are compared
   * @param refinement how regions are refined
   */
  public record RegionSettings(
      FeatureKind features, @JsonUnwrapped RegionRefinement.Settings refinement) {}

  public RefinementSettings {
    Setting.atLeast("k", k, 1);
    Setting.within("quantile", quantile, 0, 1);
    Setting.within("propagation", propagation, 0, 10);
    Setting.atLeast("passes", passes, 2);
  }

  /**
   * What the propagation counts beside a network. One that has learnt from propagated or joined
   * labels knows the propagation already: more than {@value #MOST_BESIDE_TAUGHT} costs Dice
   * (docs/explanation/results.md).
   *
   * @param taughtApart whether the network has learnt from none of these labels
   */
  public double weight(boolean taughtApart) {
    return taughtApart ? propagation : Math.min(propagation, MOST_BESIDE_TAUGHT);
  }

  /** Whether the propagation's opinion is joined with the specialist's. */
  public boolean joinsPropagation() {
    return kind.joinsPropagation() && propagation > 0;
  }

  /** Whether regions are compared by what each round's specialist sees. */
  public boolean describesBySpecialist() {
    return kind.comparesCells()
        && switch (region.features()) {
          case ENCODER -> false;
          case SPECIALIST -> true;
        };
  }

  /**
   * The refinement.
   *
   * @param weight of the propagated labels
   */
  public Refinement open(Kernels kernels, double weight) {
    return switch (kind) {
      case NONE ->
          (volumes, _) -> LazyList.of(volumes, Refinement.Volume::label, PseudoLabel::bytes);
      case REGION -> new RegionRefinement(kernels, region.refinement());
      case VOLUME -> new VolumeRefinement(kernels, k, quantile);
      case CONSENSUS -> new ConsensusRefinement(weight);
    };
  }
}
