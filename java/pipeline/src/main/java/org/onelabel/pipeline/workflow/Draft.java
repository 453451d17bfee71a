package org.onelabel.pipeline.workflow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.StageInputs;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.VolumeFile;

/**
 * A stage's declaration that is being written down. The template is read by every stage, with its
 * label: they decide the working grid, how scans are normalised, and the sizes of patches ({@link
 * org.onelabel.pipeline.plan.Plan}).
 */
final class Draft {
  /** Settings that name files (their content counts), or change no result. */
  private static final Set<String> NO_INPUT =
      Set.of("encoder.file", "network.file", "training.generalist", "training.checkpointSeconds");

  /** What is read of a case. */
  enum Part {
    IMAGES,
    LABELS
  }

  private final StageName name;
  private final Configuration configuration;
  private final Dataset dataset;
  private final Map<String, String> all;
  private final List<StageName> needs = new ArrayList<>();
  private final Map<String, String> settings = new TreeMap<>();
  private final Map<String, Path> files = new LinkedHashMap<>();

  Draft(StageName name, Configuration configuration, Dataset dataset) {
    this.name = name;
    this.configuration = configuration;
    this.dataset = dataset;
    all = Json.flat(configuration);
    settings("spacing", "frameVoxels", "mergeStructures", "intensities");
    fact("channels", text(dataset.channels()));
    fact("modalities", text(dataset.modalities()));
    fact("ignored", text(dataset.template().ignored()));
    fact("structures", text(dataset.structures()));
    cases("template", List.of(dataset.template()), Part.IMAGES);
    cases("template", List.of(dataset.template()), Part.LABELS);
  }

  private static String text(OptionalInt value) {
    return value.isPresent() ? Integer.toString(value.getAsInt()) : "";
  }

  /** Names in a line, in quotes where a comma in one of them would make two of it. */
  private static String text(List<String> names) {
    boolean plain = names.stream().noneMatch(name -> name.contains(",") || name.contains("\""));
    return names.stream()
        .map(name -> plain ? name : '"' + name.replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(", "));
  }

  Declaration done() {
    // Other files tell their spacing themselves.
    if (files.values().stream().anyMatch(VolumeFile::isHdf5)) {
      dataset.images().spacing().ifPresent(sides -> fact("spacing", sides.toString()));
    }
    return new Declaration(name, needs, settings, files);
  }

  Draft needs(StageName stage) {
    return needs(List.of(stage));
  }

  Draft needs(List<StageName> names) {
    names.stream().filter(name -> !needs.contains(name)).forEach(needs::add);
    return this;
  }

  /** What says where the anatomy lies in each scan; nothing where it is not looked for. */
  Draft registered() {
    return configuration.registration().find() ? needs(Kind.REGISTRATION.once()) : this;
  }

  /** What says how scans are bent onto the atlases; nothing where there are none. */
  Draft atlases() {
    return configuration.usesAtlases() ? needs(Kind.ATLASES.once()) : this;
  }

  /** What takes labels to scans outside the pool. */
  Draft propagation() {
    return registered()
        .trusted()
        .needs(Kind.FEATURES.once())
        .needs(Kind.PROPAGATION.once())
        .encoder()
        .settings("registration", "propagation");
  }

  /** Settings of these names and in these sections. */
  Draft settings(String... names) {
    for (String each : names) {
      Predicate<String> read = key -> key.equals(each) || key.startsWith(each + ".");
      all.keySet().stream()
          .filter(read.and(key -> !NO_INPUT.contains(key)))
          .forEach(key -> settings.put(key, all.get(key)));
    }
    return this;
  }

  /** Every setting, also what changes no result. */
  Draft allSettings() {
    settings.putAll(all);
    return this;
  }

  /** Another value instead of a setting's own, under this name. */
  Draft instead(String setting, String name, String value) {
    settings.remove(setting);
    settings.put(name, value);
    return this;
  }

  Draft fact(String fact, String value) {
    settings.put("dataset." + fact, value);
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
      case POOL -> needs(Kind.ENCODER.once());
      case FILE, SAM_MED3D -> file("encoder.file", configuration.encoder().network().file());
    }
    return settings("encoder");
  }

  /** The network and how it is moved over a volume. */
  Draft network() {
    return planned().settings("prediction.overlap", "prediction.blending", "prediction.components");
  }

  /** What the network is planned from, beside the template: {@link Plan}. */
  Draft planned() {
    return settings(
        "network",
        "registration.find",
        "registration.margin",
        "training.patch",
        "training.patchVoxels");
  }

  /** Scans of the pool whose labels are learnt from, with these. */
  Draft trusted() {
    return dataset.trusted().isEmpty()
        ? this
        : cases("trusted", dataset.trusted(), Part.IMAGES)
            .cases("trusted", dataset.trusted(), Part.LABELS);
  }

  /** The ids of these alone. */
  Draft trustedIds() {
    return dataset.trusted().isEmpty() ? this : ids("trusted", dataset.trusted());
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
    return pool().trusted().poolLabels().others(Part.IMAGES).others(Part.LABELS);
  }

  /** The pool's true labels, which only measure; a bound learns from them. */
  Draft poolLabels() {
    return cases("pool", dataset.unlabelled(), Part.LABELS);
  }

  /** Their order counts as well: random numbers choose by it. */
  private Draft ids(String set, List<Case> cases) {
    return fact(set, text(cases.stream().map(Case::id).toList()));
  }

  private Draft cases(String set, List<Case> cases, Part part) {
    ids(set, cases);
    for (Case source : cases) {
      String prefix = StageInputs.ofCase(set, source.id());
      switch (part) {
        case IMAGES -> {
          for (int i = 0; i < source.images().size(); i++) {
            files.put(prefix + "image-" + i, source.images().get(i));
          }
        }
        case LABELS -> source.label().ifPresent(label -> files.put(prefix + "label", label));
      }
    }
    return this;
  }
}
