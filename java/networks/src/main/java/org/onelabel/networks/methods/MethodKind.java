package org.onelabel.networks.methods;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.random.RandomGenerator;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.methods.GeneralistMethod.Prompting;

/** The semi-supervised methods: a line here and a class that implements {@link Method}. */
public enum MethodKind {
  /** Mean Teacher (Tarvainen and Valpola, NeurIPS 2017). */
  @JsonProperty("mean-teacher")
  MEAN_TEACHER(false, (_, _, _) -> new MeanTeacher()),
  /** Uncertainty-aware Mean Teacher (Yu et al., MICCAI 2019). */
  @JsonProperty("ua-mt")
  UA_MT(false, (_, _, _) -> new UncertaintyAwareMeanTeacher()),
  /** Deep adversarial network (Zhang et al., MICCAI 2017). */
  @JsonProperty("dan")
  DAN(false, (student, _, random) -> AdversarialMethod.open(student, random)),
  /** Dual-task consistency (Luo et al., AAAI 2021); needs {@code network.kind=unet_3D_sdf}. */
  @JsonProperty("dtc")
  DTC(false, (_, _, _) -> new DualTaskConsistency()),
  /** SemiSAM: Mean Teacher, and SAM-Med3D prompted by clicks in every step. */
  @JsonProperty("semisam")
  SEMISAM(
      true, (student, settings, _) -> new GeneralistMethod(student, settings, Prompting.CLICKS)),
  /** SemiSAM+ whose prompt is one click on the specialist's prediction. */
  @JsonProperty("semisam-plus-point")
  SEMISAM_PLUS_POINT(
      true, (student, settings, _) -> new GeneralistMethod(student, settings, Prompting.POINT)),
  /** SemiSAM+ whose prompt is the specialist's prediction as a mask. */
  @JsonProperty("semisam-plus-mask")
  SEMISAM_PLUS_MASK(
      true, (student, settings, _) -> new GeneralistMethod(student, settings, Prompting.MASK)),
  /** SemiSAM+ that trusts the generalist where its answers to several clicks agree. */
  @JsonProperty("semisam-plus-unc")
  SEMISAM_PLUS_UNC(
      true,
      (student, settings, _) -> new GeneralistMethod(student, settings, Prompting.UNCERTAINTY));

  private interface Factory {
    Method create(Specialist student, MethodSettings settings, RandomGenerator random);
  }

  private final boolean needsGeneralist;
  private final Factory factory;

  MethodKind(boolean needsGeneralist, Factory factory) {
    this.needsGeneralist = needsGeneralist;
    this.factory = factory;
  }

  /** Whether it asks a generalist, whose checkpoint the settings name. */
  public boolean needsGeneralist() {
    return needsGeneralist;
  }

  /** A method at the beginning of a training; its memory lives as long as the student. */
  public Method create(Specialist student, MethodSettings settings, RandomGenerator random) {
    return factory.create(student, settings, random);
  }
}
