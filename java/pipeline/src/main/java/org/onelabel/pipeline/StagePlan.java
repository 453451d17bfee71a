package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.onelabel.pipeline.Configuration.EncoderKind;
import org.onelabel.pipeline.Configuration.Supervision;
import org.onelabel.pipeline.Configuration.UncertaintyKind;
import org.onelabel.pipeline.Stage.Kind;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;

/**
 * The stages of a run in their order, each with what it reads. The template is read by all, with
 * its label: they decide the working grid, how scans are normalised, and the sizes of patches
 * ({@link Plan}).
 */
record StagePlan(List<Stage> stages) {

  /** Settings that name files (their content counts), or change no result. */
  private static final Set<String> NO_INPUT =
      Set.of("encoder.file", "network.file", "training.generalist", "training.checkpointSeconds");

  StagePlan {
    stages = List.copyOf(stages);
  }

  static StagePlan of(Configuration configuration, Dataset dataset) {
    return new Planner(configuration, dataset).plan();
  }

  List<String> names() {
    return stages.stream().map(Stage::name).toList();
  }

  /**
   * The stages that another plan has as well, with all that they need: one may do them for both.
   */
  List<Stage> inCommon(StagePlan other) {
    List<Stage> common = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Stage stage : stages) {
      if (names.containsAll(stage.needs()) && other.stages.contains(stage)) {
        common.add(stage);
        names.add(stage.name());
      }
    }
    return common;
  }

  /** What is read of a case. */
  private enum Part {
    IMAGES,
    LABELS
  }

  /** Writes the stages down. */
  private static final class Planner {
    private final Configuration configuration;
    private final Dataset dataset;
    private final Map<String, String> all;
    private final List<Stage> stages = new ArrayList<>();
    private final int rounds;
    private final boolean withPool;
    private final boolean learnt;

    Planner(Configuration configuration, Dataset dataset) {
      this.configuration = configuration;
      this.dataset = dataset;
      all = Json.flat(configuration);
      rounds = configuration.rounds();
      withPool = configuration.training().supervision() == Supervision.TEMPLATE_AND_POOL;
      learnt = configuration.propagates() && configuration.encoder().kind() == EncoderKind.POOL;
    }

    StagePlan plan() {
      if (configuration.propagates()) {
        if (learnt) {
          add(new Draft(Kind.ENCODER, 0).pool().learnt());
        }
        if (configuration.registration().find()) {
          add(new Draft(Kind.REGISTRATION, 0).pool().settings("registration"));
        }
        add(features());
        add(
            new Draft(Kind.PROPAGATION, 0)
                .needs(Kind.FEATURES.inRound(0))
                .needs(registered())
                .pool()
                .settings("registration", "propagation"));
      }
      for (int r = 1; r <= rounds; r++) {
        add(training(r));
        add(prediction(r));
        if (withPool) {
          add(refinement(r));
        }
      }
      add(predictions());
      Draft evaluation = new Draft(Kind.EVALUATION, 0).everything().settings("rounds");
      stages.forEach(stage -> evaluation.needs(stage.name()));
      add(evaluation);
      Draft report = new Draft(Kind.REPORT, 0).everything().fact("name", dataset.name());
      stages.forEach(stage -> report.needs(stage.name()));
      all.forEach(report.settings::put);
      add(report);
      return new StagePlan(stages);
    }

    private void add(Draft draft) {
      stages.add(draft.stage());
    }

    private static String text(OptionalInt value) {
      return value.isPresent() ? Integer.toString(value.getAsInt()) : "";
    }

    private List<String> trainings(int last) {
      List<String> names = new ArrayList<>();
      for (int r = 1; r <= last; r++) {
        names.add(Kind.TRAINING.inRound(r));
      }
      return names;
    }

    private Draft features() {
      Draft features =
          new Draft(Kind.FEATURES, 0)
              .pool()
              .encoder()
              .settings("registration", "network", "prediction");
      return configuration.registration().find() ? features.needs(registered()) : features;
    }

    /**
     * The model's predictions, or the propagation's where no round is better: that is found out by
     * the validation cases.
     */
    private Draft predictions() {
      Draft predictions =
          new Draft(Kind.PREDICTIONS, 0)
              .network()
              .pool()
              .others(Part.IMAGES)
              .settings("rounds")
              .fact("naming", dataset.naming().name());
      trainings(rounds).forEach(predictions::needs);
      return configuration.propagates()
          ? predictions
              .needs(registered())
              .needs(Kind.FEATURES.inRound(0))
              .needs(Kind.PROPAGATION.inRound(0))
              .encoder()
              .settings("registration", "propagation")
              .validation()
          : predictions;
    }

    /** What says where the anatomy lies in each scan; nothing where it is not looked for. */
    private List<String> registered() {
      return configuration.registration().find()
          ? List.of(Kind.REGISTRATION.inRound(0))
          : List.of();
    }

    /** What the first round trains with, and each later one. */
    private String pseudoLabels(int before) {
      return before == 0 ? Kind.PROPAGATION.inRound(0) : Kind.REFINEMENT.inRound(before);
    }

    private Draft training(int round) {
      Supervision supervision = configuration.supervision(round);
      Draft training =
          new Draft(Kind.TRAINING, round)
              .network()
              .validation()
              .settings("seed", "training", "refinement.uncertainty");
      // What a round's scans are follows from these; other rounds' are no matter of this one.
      training.settings.remove("training.first");
      training.settings.put("training.supervision", supervision.name());
      if (!configuration.training().restart()) {
        trainings(round - 1).forEach(training::needs);
      }
      switch (supervision) {
        case TEMPLATE_ONLY -> {}
        case ALL_LABELS -> training.pool().cases("pool", dataset.unlabelled(), Part.LABELS);
        case TEMPLATE_AND_UNLABELLED -> training.pool();
        case TEMPLATE_AND_POOL -> training.pool().needs(pseudoLabels(round - 1));
      }
      if (learnt && configuration.training().pretrained()) {
        training.needs(Kind.ENCODER.inRound(0));
      }
      if (!configuration.network().file().isEmpty()) {
        training.file("network.file", configuration.network().file());
      }
      if (configuration.training().method().needsGeneralist()) {
        training.file("training.generalist", configuration.training().generalist());
      }
      return training;
    }

    private Draft prediction(int round) {
      Draft prediction =
          new Draft(Kind.PREDICTION, round)
              .needs(Kind.TRAINING.inRound(round))
              .network()
              .pool()
              .settings("refinement.uncertainty");
      if (configuration.propagates()) {
        prediction.needs(Kind.PROPAGATION.inRound(0));
      }
      return configuration.refinement().uncertainty() == UncertaintyKind.MUTUAL_INFORMATION
          ? prediction.settings("seed", "refinement.passes")
          : prediction;
    }

    private Draft refinement(int round) {
      Draft refinement =
          new Draft(Kind.REFINEMENT, round)
              .needs(Kind.FEATURES.inRound(0))
              .needs(registered())
              .needs(Kind.PROPAGATION.inRound(0))
              .needs(Kind.TRAINING.inRound(round))
              .needs(Kind.PREDICTION.inRound(round))
              .network()
              .pool()
              .settings("refinement");
      return round == 1 ? refinement : refinement.needs(pseudoLabels(round - 1));
    }

    /** A stage that is being written down. */
    private final class Draft {
      private final Kind kind;
      private final int round;
      private final List<String> needs = new ArrayList<>();
      private final Map<String, String> settings = new TreeMap<>();
      private final Map<String, Path> files = new LinkedHashMap<>();

      Draft(Kind kind, int round) {
        this.kind = kind;
        this.round = round;
        settings("spacing", "frameVoxels", "mergeStructures", "intensities");
        fact("channels", text(dataset.channels()));
        fact("modalities", String.join(", ", dataset.modalities()));
        fact("ignored", text(dataset.template().ignored()));
        fact("structures", String.join(", ", dataset.structures()));
        cases("template", List.of(dataset.template()), Part.IMAGES);
        cases("template", List.of(dataset.template()), Part.LABELS);
      }

      Stage stage() {
        return new Stage(kind, round, needs, settings, files);
      }

      Draft needs(String stage) {
        return needs(List.of(stage));
      }

      Draft needs(List<String> names) {
        needs.addAll(names);
        return this;
      }

      /** Settings of these names and in these sections. */
      Draft settings(String... names) {
        for (String name : names) {
          Predicate<String> read = key -> key.equals(name) || key.startsWith(name + ".");
          all.keySet().stream()
              .filter(read.and(key -> !NO_INPUT.contains(key)))
              .forEach(key -> settings.put(key, all.get(key)));
        }
        return this;
      }

      Draft fact(String name, String value) {
        settings.put("dataset." + name, value);
        return this;
      }

      Draft file(String setting, String file) {
        files.put(StageInputs.ofSetting(setting), Path.of(file));
        return this;
      }

      /** What encodes scans. */
      Draft encoder() {
        switch (configuration.encoder().kind()) {
          case DESCRIPTORS -> {}
          case POOL -> needs(Kind.ENCODER.inRound(0));
          case FILE, SAM_MED3D -> file("encoder.file", configuration.encoder().file());
        }
        return settings("encoder");
      }

      /** The network and how it is moved over a volume. */
      Draft network() {
        return planned().settings("prediction");
      }

      /** What the network is planned from, beside the template: {@link Plan}. */
      private Draft planned() {
        return settings(
            "network",
            "registration.find",
            "registration.margin",
            "training.patch",
            "training.patchVoxels");
      }

      /** An encoder that is learnt from the pool; it is as wide as the network. */
      Draft learnt() {
        return planned().settings("seed", "encoder.learnt");
      }

      Draft pool() {
        return cases("pool", dataset.unlabelled(), Part.IMAGES);
      }

      Draft validation() {
        return cases("validation", dataset.validation(), Part.IMAGES)
            .cases("validation", dataset.validation(), Part.LABELS);
      }

      /** Validation and test cases. */
      Draft others(Part part) {
        return cases("validation", dataset.validation(), part).cases("test", dataset.test(), part);
      }

      /** Every file of the dataset. */
      Draft everything() {
        return pool()
            .cases("pool", dataset.unlabelled(), Part.LABELS)
            .others(Part.IMAGES)
            .others(Part.LABELS);
      }

      /** Their order counts as well: random numbers choose by it. */
      Draft cases(String set, List<Case> cases, Part part) {
        fact(set, String.join(", ", cases.stream().map(Case::id).toList()));
        for (Case source : cases) {
          String name = StageInputs.ofCase(set, source.id());
          switch (part) {
            case IMAGES -> {
              for (int i = 0; i < source.images().size(); i++) {
                files.put(name + "image-" + i, source.images().get(i));
              }
            }
            case LABELS -> source.label().ifPresent(label -> files.put(name + "label", label));
          }
        }
        return this;
      }
    }
  }
}
