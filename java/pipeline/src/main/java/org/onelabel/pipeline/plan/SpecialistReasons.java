package org.onelabel.pipeline.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.model.UnetLayout;
import org.onelabel.networks.training.TrainingLength;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.prediction.ComponentFilter;
import org.onelabel.pipeline.training.RoundSettings;

/**
 * Says in sentences why the specialist of a plan and its training are as they are. The rules are
 * those of {@link Plan} and {@link NetworkPlan}.
 */
final class SpecialistReasons {
  private final Plan plan;
  private final int[] template;
  private final Configuration configuration;
  private final UnetLayout layout;
  private final int[] frame;

  private SpecialistReasons(Plan plan, Cohort cohort, Configuration configuration) {
    this.plan = plan;
    template = cohort.template().shape();
    this.configuration = configuration;
    layout = plan.architecture().layout();
    frame = plan.frame().shape();
  }

  /** The entries of a plan that trains. */
  static List<PlanEntry> of(Plan plan, Cohort cohort, Configuration configuration) {
    SpecialistReasons reasons = new SpecialistReasons(plan, cohort, configuration);
    NetworkKind kind = configuration.network().kind();
    List<PlanEntry> entries = new ArrayList<>();
    entries.add(reasons.components());
    entries.add(reasons.patch());
    if (kind.hasLayout()) {
      entries.addAll(List.of(reasons.levels(), reasons.kernels(), reasons.poolings()));
    }
    if (!kind.startsFromCheckpoint()) {
      entries.add(reasons.width());
    }
    if (configuration.training().patches().augmentation().isAnatomical()) {
      entries.add(reasons.foreground());
    }
    entries.addAll(List.of(reasons.batch(), reasons.steps()));
    return entries;
  }

  private PlanEntry components() {
    boolean all = plan.components() == ComponentFilter.ALL;
    String reason =
        all
            ? "the template's structures have too many connected components for their number to"
                + " tell"
            : "as many connected components as the template's structures have together";
    return new PlanEntry(
        "components",
        all ? "all" : "the heaviest " + plan.components(),
        configuration.prediction().components() > 0 ? "set by prediction.components" : reason);
  }

  private PlanEntry patch() {
    int[] patch = plan.patch();
    int[] multiple = layout.multiple();
    String reason;
    if (configuration.training().patches().isGiven()) {
      reason = "set by training.patch";
    } else {
      int voxels = configuration.training().patches().patchVoxels();
      String most = PlanNumbers.grouped(voxels) + " voxels (training.patchVoxels)";
      if (NetworkPlan.product(patch) > voxels) {
        reason = "the least that the levels need, more than " + most;
      } else if (IntStream.range(0, 3).allMatch(a -> patch[a] >= frame[a])) {
        reason = "covers the frame of " + PlanNumbers.sides(frame) + ", within " + most;
      } else if (IntStream.range(0, 3).allMatch(a -> Math.abs(patch[a] - frame[a]) < multiple[a])) {
        reason =
            "close to the frame of %s, within %s and, 16 features wide, network.operations"
                .formatted(PlanNumbers.sides(frame), most);
      } else {
        reason =
            "the frame of "
                + PlanNumbers.sides(frame)
                + ", shortened where it is longest to keep to "
                + most;
      }
      reason += ", in multiples of " + PlanNumbers.sides(multiple);
    }
    return new PlanEntry("patch", PlanNumbers.sides(patch), reason);
  }

  private PlanEntry levels() {
    int levels = layout.levels();
    String reason =
        layoutSetting(
            levels == NetworkPlan.MOST_LEVELS
                ? "as many as the published network has"
                : "after %d no axis that may be halved has %d voxels left"
                    .formatted(levels, 2 * NetworkPlan.LEAST_SIDE));
    return new PlanEntry("levels", Integer.toString(levels), reason);
  }

  private PlanEntry kernels() {
    double finest = Arrays.stream(plan.spacing()).min().orElseThrow();
    List<String> reasons = new ArrayList<>();
    for (int a = 0; a < 3; a++) {
      int axis = a;
      int first =
          IntStream.range(0, layout.levels())
              .filter(level -> layout.kernels().get(level).get(axis) > 1)
              .findFirst()
              .orElse(layout.levels());
      if (first > 0) {
        reasons.add(
            "along %s voxels are %s times as long as the finest: %s"
                .formatted(
                    "xyz".charAt(a),
                    PlanNumbers.rounded(plan.spacing()[a] / finest),
                    first < layout.levels()
                        ? "convolved from level %d on, where they are less than twice as long"
                            .formatted(first + 1)
                        : "never convolved, as they stay twice as long"));
      }
    }
    String reason =
        reasons.isEmpty()
            ? "along no axis are voxels twice as long as the finest that can be halved"
            : String.join("; ", reasons);
    return new PlanEntry("kernels", runs(layout.kernels()), layoutSetting(reason));
  }

  private PlanEntry poolings() {
    String reason =
        "an axis is halved while its voxels are less than twice the finest that can be and %d or more are left"
            .formatted(2 * NetworkPlan.LEAST_SIDE);
    return new PlanEntry("poolings", runs(layout.poolings()), layoutSetting(reason));
  }

  private String layoutSetting(String planned) {
    return configuration.network().layout().isEmpty() ? planned : "set by network.layout";
  }

  private PlanEntry width() {
    long width = plan.architecture().width();
    long kernel = layout.kernels().getFirst().stream().reduce(1, (a, b) -> a * b);
    long operations = NetworkPlan.product(plan.patch()) * kernel * width * width;
    long most = configuration.network().operations();
    String budget = PlanNumbers.grouped(most) + " multiplications (network.operations)";
    String reason;
    if (configuration.network().width() > 0) {
      reason = "set by network.width";
    } else if (width == NetworkPlan.WIDTH_STEP && operations > most) {
      reason = "the least, beyond " + budget;
    } else {
      reason =
          "the widest multiple of %d, %d at most, within %s"
              .formatted(NetworkPlan.WIDTH_STEP, NetworkPlan.MOST_WIDTH, budget);
    }
    return new PlanEntry(
        "width",
        Long.toString(width),
        reason + "; a convolution of the first level takes " + PlanNumbers.grouped(operations));
  }

  private PlanEntry foreground() {
    double share = Plan.share(plan.frame(), template);
    String reason;
    if (configuration.training().patches().foreground() > 0) {
      reason = "set by training.foreground";
    } else if (share < Plan.CROPPED) {
      reason =
          "the frame is %.0f %% of the template, less than half: most places are far from"
              + " structures";
    } else {
      reason = "the frame is %.0f %% of the template: most places are near structures";
    }
    String place = plan.sampling().aside() > 0 ? ", anywhere in their middle half" : "";
    return new PlanEntry(
        "foreground",
        PlanNumbers.rounded(100 * plan.sampling().foreground()) + " % of patches" + place,
        String.format(Locale.ROOT, reason, 100 * share));
  }

  private PlanEntry batch() {
    RoundSettings.PatchSettings training = configuration.training().patches();
    return new PlanEntry(
        "batch",
        "%d labelled, %d unlabelled"
            .formatted(training.labelledBatch(), training.unlabelledBatch()),
        "set by training.labelledBatch and training.unlabelledBatch");
  }

  private PlanEntry steps() {
    TrainingLength training = configuration.training().length();
    String more =
        training.extensions() == 0
            ? ""
            : "; a training that still learns takes up to %d times as many (training.extensions)"
                .formatted(1 + training.extensions());
    return new PlanEntry(
        "steps",
        "%d × %d".formatted(configuration.rounds(), training.iterations()),
        "set by rounds and training.iterations" + more);
  }

  /** Runs of equal sides: {@code 2 of 3 × 3 × 1, 3 of 3 × 3 × 3}. */
  private static String runs(List<List<Integer>> levels) {
    List<String> runs = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= levels.size(); i++) {
      if (i == levels.size() || !levels.get(i).equals(levels.get(first))) {
        int[] sides = levels.get(first).stream().mapToInt(Integer::intValue).toArray();
        runs.add("%d of %s".formatted(i - first, PlanNumbers.sides(sides)));
        first = i;
      }
    }
    return String.join(", ", runs);
  }
}
