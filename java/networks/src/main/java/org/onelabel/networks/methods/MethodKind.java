package org.onelabel.networks.methods;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.methods.GeneralistMethod.Prompting;
import org.onelabel.networks.model.NetworkKind;

/** The semi-supervised methods: a line here and a class that implements {@link Method}. */
public enum MethodKind {
  /** Mean Teacher (Tarvainen and Valpola, NeurIPS 2017). */
  @JsonProperty("mean-teacher")
  MEAN_TEACHER((_, _, _) -> new MeanTeacher()),
  /** Uncertainty-aware Mean Teacher (Yu et al., MICCAI 2019). */
  @JsonProperty("ua-mt")
  UA_MT((_, _, _) -> new UncertaintyAwareMeanTeacher()),
  /** Deep adversarial network (Zhang et al., MICCAI 2017). */
  @JsonProperty("dan")
  DAN((student, _, random) -> AdversarialMethod.open(student, random)),
  /** Dual-task consistency (Luo et al., AAAI 2021); needs {@code network.kind=unet_3D_sdf}. */
  @JsonProperty("dtc")
  DTC((_, _, _) -> new DualTaskConsistency(), Need.SIGNED_DISTANCES),
  /** SemiSAM: Mean Teacher, and SAM-Med3D prompted by clicks in every step. */
  @JsonProperty("semisam")
  SEMISAM(
      (student, settings, _) -> new GeneralistMethod(student, settings, Prompting.CLICKS),
      Need.GENERALIST),
  /** SemiSAM+ whose prompt is one click on the specialist's prediction. */
  @JsonProperty("semisam-plus-point")
  SEMISAM_PLUS_POINT(
      (student, settings, _) -> new GeneralistMethod(student, settings, Prompting.POINT),
      Need.GENERALIST),
  /** SemiSAM+ whose prompt is the specialist's prediction as a mask. */
  @JsonProperty("semisam-plus-mask")
  SEMISAM_PLUS_MASK(
      (student, settings, _) -> new GeneralistMethod(student, settings, Prompting.MASK),
      Need.GENERALIST),
  /** SemiSAM+ that trusts the generalist where its answers to several clicks agree. */
  @JsonProperty("semisam-plus-unc")
  SEMISAM_PLUS_UNC(
      (student, settings, _) -> new GeneralistMethod(student, settings, Prompting.UNCERTAINTY),
      Need.GENERALIST);

  /** What a method cannot do without. */
  private enum Need {
    /** A generalist, whose checkpoint the settings name. */
    GENERALIST,
    /** A network with a head for signed distances. */
    SIGNED_DISTANCES
  }

  private interface Factory {
    Method create(Specialist student, MethodSettings settings, RandomGenerator random);
  }

  private final Factory factory;
  private final Set<Need> needs;

  MethodKind(Factory factory, Need... needs) {
    this.factory = factory;
    this.needs = Set.of(needs);
  }

  /** Whether it asks a generalist, whose checkpoint the settings name. */
  public boolean needsGeneralist() {
    return needs.contains(Need.GENERALIST);
  }

  /** Whether it can train a network of that kind. */
  public boolean suits(NetworkKind network) {
    return !needs.contains(Need.SIGNED_DISTANCES) || network.hasSignedDistances();
  }

  /** A method at the beginning of a training; its memory lives as long as the student. */
  public Method create(Specialist student, MethodSettings settings, RandomGenerator random) {
    return factory.create(student, settings, random);
  }
}
