package org.onelabel.pipeline.stage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.onelabel.pipeline.directory.StageName;

/** The stages of a run; each comes after those that it needs. */
public record StagePlan(List<Stage> stages) {
  public StagePlan {
    stages = List.copyOf(stages);
    Set<StageName> before = new HashSet<>();
    for (Stage stage : stages) {
      if (!before.containsAll(stage.needs()) || !before.add(stage.name())) {
        throw new IllegalArgumentException(stage.name() + " comes twice, or before what it needs");
      }
    }
  }

  public List<StageName> names() {
    return stages.stream().map(Stage::name).toList();
  }

  /** A stage by its name. */
  public Optional<Stage> stage(StageName name) {
    return stages.stream().filter(stage -> stage.name().equals(name)).findFirst();
  }

  /** The same by the name as {@link StageName} writes it. */
  public Optional<Stage> stage(String name) {
    return StageName.parse(name).flatMap(this::stage);
  }

  /**
   * The stages that another plan has as well, with all that they need: one may do them for both.
   */
  public List<Stage> inCommon(StagePlan other) {
    Set<Declaration> others = new HashSet<>();
    other.stages.forEach(stage -> others.add(stage.declaration()));
    List<Stage> common = new ArrayList<>();
    Set<StageName> names = new HashSet<>();
    for (Stage stage : stages) {
      if (names.containsAll(stage.needs()) && others.contains(stage.declaration())) {
        common.add(stage);
        names.add(stage.name());
      }
    }
    return common;
  }
}
