package org.onelabel.pipeline.plan;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.UnetLayout;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.features.EncoderSettings;
import org.onelabel.pipeline.prediction.ComponentFilter;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.prediction.PredictionSettings;
import org.onelabel.pipeline.registration.RegistrationSettings;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.training.NetworkSettings;
import org.onelabel.pipeline.training.RoundSettings;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.grid.LabelArray;

/**
 * What the data decides where the configuration leaves it open.
 *
 * @param spacing of the working grids, as {@link Cohort#spacing}
 * @param features where and how finely scans are compared
 * @param specialist what is trained, on what
 * @param entries the same for people to read, with the reasons
 */
public record Plan(
    double[] spacing,
    @JsonUnwrapped FeaturePlan features,
    @JsonUnwrapped SpecialistPlan specialist,
    List<PlanEntry> entries) {
  /** A scan of which the template's structures and their surroundings are this much is a crop. */
  static final double CROPPED = 0.5;

  private static final double FOREGROUND = 0.5;
  private static final double ASIDE = 0.25;

  private static final Set<String> HEADLINE = Set.of("frame", "patch", "levels", "width", "cells");

  public static Plan of(Cohort cohort, Configuration configuration) {
    int[] shape = cohort.template().shape();
    double[] spacing = cohort.spacing();
    Frame frame = frame(cohort, configuration.registration());
    NetworkPlan network = network(frame, spacing, configuration);
    int encoderVoxels = configuration.encoder().learnt().patchVoxels();
    Plan plan =
        new Plan(
            spacing,
            new FeaturePlan(
                frame,
                stride(frame, configuration.encoder()),
                NetworkPlan.patch(shape, spacing, encoderVoxels, UnetLayout.PUBLISHED)),
            new SpecialistPlan(
                network.patch(),
                sampling(frame, shape, spacing, configuration.training().patches()),
                components(cohort, configuration.prediction()),
                architecture(cohort, configuration.network(), network)),
            List.of());
    return plan.explained(PlanReasons.of(plan, cohort, configuration));
  }

  private Plan explained(List<PlanEntry> reasons) {
    return new Plan(spacing, features, specialist, reasons);
  }

  public Frame frame() {
    return features.frame();
  }

  public int[] stride() {
    return features.stride();
  }

  public int[] encoderPatch() {
    return features.encoderPatch();
  }

  public int[] patch() {
    return specialist.patch();
  }

  public Sampling sampling() {
    return specialist.sampling();
  }

  public int components() {
    return specialist.components();
  }

  public Architecture architecture() {
    return specialist.architecture();
  }

  /** The most telling entries in a line. */
  public String headline() {
    return entries.stream()
        .filter(entry -> HEADLINE.contains(entry.name()))
        .map(entry -> entry.name() + " " + entry.value())
        .collect(Collectors.joining(", ", "plan: ", " (reasons: run.json)"));
  }

  /** Patch, layout and width, each as the configuration says where it says one. */
  private static NetworkPlan network(Frame frame, double[] spacing, Configuration configuration) {
    NetworkSettings settings = configuration.network();
    RoundSettings.PatchSettings patches = configuration.training().patches();
    long voxels = patches.patchVoxels();
    int[] patch = patches.sides();
    boolean given = patches.isGiven();
    int[] extent = given ? patch : frame.shape();
    long most = given ? Long.MAX_VALUE : voxels;
    boolean planned = settings.isLayoutPlanned();
    NetworkPlan plan = NetworkPlan.of(extent, spacing, most, settings.operations());
    UnetLayout layout = planned ? plan.layout() : layout(settings);
    int[] sides = patch;
    if (!given) {
      sides = planned ? plan.patch() : NetworkPlan.patch(extent, spacing, voxels, layout);
    }
    requireFits(sides, layout);
    int width = settings.width() == 0 ? plan.width() : settings.width();
    return new NetworkPlan(sides, layout, width);
  }

  private static UnetLayout layout(NetworkSettings settings) {
    try {
      return settings.givenLayout();
    } catch (IllegalArgumentException e) {
      throw new InputException("network.layout: " + e.getMessage());
    }
  }

  private static void requireFits(int[] patch, UnetLayout layout) {
    int[] multiple = layout.multiple();
    for (int a = 0; a < 3; a++) {
      if (patch[a] % multiple[a] != 0) {
        throw new InputException(
            "training.patch: for this network its sides are multiples of %d, %d and %d, not %s"
                .formatted(multiple[0], multiple[1], multiple[2], Arrays.toString(patch)));
      }
    }
  }

  /**
   * Where structures are most of a scan every patch has some; else half of the patches are drawn
   * around one, which lies anywhere in their middle half: what is always in the middle of a patch
   * is then found in the middle of any.
   */
  private static Sampling sampling(
      Frame frame, int[] shape, double[] spacing, RoundSettings.PatchSettings settings) {
    boolean cropped = share(frame, shape) >= CROPPED;
    double planned = cropped ? Sampling.FOREGROUND : FOREGROUND;
    return new Sampling(
        settings.augmentation(),
        settings.foreground() > 0 ? settings.foreground() : planned,
        cropped ? 0 : ASIDE,
        spacing);
  }

  private static int components(Cohort cohort, PredictionSettings settings) {
    return settings.components() > 0
        ? settings.components()
        : ComponentFilter.count(
            new LabelArray(cohort.template().extent(), cohort.templateLabels()));
  }

  /** How much of a template of this shape its frame is, 0…1. */
  static double share(Frame frame, int[] shape) {
    double share = 1;
    for (int a = 0; a < 3; a++) {
      share *= frame.shape()[a] / (double) shape[a];
    }
    return share;
  }

  private static Architecture architecture(
      Cohort cohort, NetworkSettings settings, NetworkPlan plan) {
    try {
      return new Architecture(
          settings.kind(),
          cohort.channels(),
          settings.position(),
          cohort.classes(),
          plan.width(),
          plan.layout());
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage());
    }
  }

  private static Frame frame(Cohort cohort, RegistrationSettings settings) {
    return settings.frame(
        new LabelArray(cohort.template().extent(), cohort.templateLabels()), cohort.spacing());
  }

  private static int[] stride(Frame frame, EncoderSettings settings) {
    return settings.stride() == 0
        ? finestStride(frame.shape(), frame.spacing(), settings.cells())
        : stride(frame.spacing(), settings.stride());
  }

  /** The smallest strides, alike in millimetres, at which a volume has at most so many cells. */
  public static int[] finestStride(int[] shape, double[] spacing, int most) {
    for (int times = 1; ; times++) {
      int[] stride = stride(spacing, times);
      long cells = 1;
      for (int a = 0; a < 3; a++) {
        cells *= Math.ceilDiv(shape[a], stride[a]);
      }
      if (cells <= most) {
        return stride;
      }
    }
  }

  /** So many of the finest voxels in millimetres, in whole voxels along each axis. */
  private static int[] stride(double[] spacing, int times) {
    double finest = Arrays.stream(spacing).min().orElseThrow();
    return Arrays.stream(spacing)
        .mapToInt(side -> Math.max(1, (int) Math.rint(times * finest / side)))
        .toArray();
  }

  /**
   * How a model of this plan prepares and tiles scans.
   *
   * @param filter of what it finds
   */
  public Model.Recipe recipe(Cohort cohort, Configuration configuration, ComponentFilter filter) {
    return new Model.Recipe(
        spacing,
        cohort.intensities(),
        configuration.prediction().tiling(patch()),
        filter,
        cohort.structures(),
        configuration.prediction().propagation(),
        cohort.dataset().images());
  }
}
