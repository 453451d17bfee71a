package org.onelabel.pipeline.experiment;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.onelabel.pipeline.configuration.Presets;
import org.onelabel.pipeline.features.EncoderKind;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.refinement.RefinementKind;

/**
 * What is compared.
 *
 * @param preset of all runs
 * @param methods {@code onelabel} and names of {@link Presets#BASELINES}
 * @param refinements of {@code onelabel}, by their names in a configuration
 * @param encoders of {@code onelabel}, by their names in a configuration
 * @param seeds of every system
 * @param reference the system that others are tested against; empty for the first
 * @param settings of all runs, dotted names
 */
public record Grid(
    String preset,
    List<String> methods,
    List<String> refinements,
    List<String> encoders,
    List<Long> seeds,
    String reference,
    Map<String, String> settings)
    implements Serializable {

  /** The method that refinements and encoders belong to. */
  public static final String OURS = "onelabel";

  /** What refinements there are. */
  public static final List<String> ALL_REFINEMENTS = Json.names(RefinementKind.class);

  /** What encoders there are. */
  public static final List<String> ALL_ENCODERS = Json.names(EncoderKind.class);

  public Grid {
    Objects.requireNonNull(preset, "preset");
    Objects.requireNonNull(methods, "methods");
    Objects.requireNonNull(refinements, "refinements");
    Objects.requireNonNull(encoders, "encoders");
    Objects.requireNonNull(seeds, "seeds");
    Objects.requireNonNull(reference, "reference");
    Objects.requireNonNull(settings, "settings");
    methods = List.copyOf(methods);
    refinements = List.copyOf(refinements);
    encoders = List.copyOf(encoders);
    seeds = List.copyOf(seeds);
    settings = new LinkedHashMap<>(settings);
    List<Member> members = members(methods, refinements, encoders, settings);
    if (reference.isEmpty() && !members.isEmpty()) {
      reference = members.getFirst().name();
    }
  }

  /** The parts in which another grid is another one. */
  List<String> differsFrom(Grid other) {
    Map<String, String> own = Json.flat(this);
    Map<String, String> others = Json.flat(other);
    Set<String> names = new TreeSet<>(own.keySet());
    names.addAll(others.keySet());
    names.removeIf(name -> Objects.equals(own.get(name), others.get(name)));
    return List.copyOf(names);
  }

  /** Every system by its name, in the order of the table. */
  List<Member> members() {
    return members(methods, refinements, encoders, settings);
  }

  private static List<Member> members(
      List<String> methods,
      List<String> refinements,
      List<String> encoders,
      Map<String, String> settings) {
    List<Member> members = new ArrayList<>();
    for (String method : methods) {
      if (!method.equals(OURS)) {
        members.add(new Member(method, method, settings));
        continue;
      }
      for (String encoder : encoders) {
        for (String refinement : refinements) {
          Map<String, String> own = new LinkedHashMap<>(settings);
          own.put("encoder.kind", encoder);
          own.put("refinement.kind", refinement);
          String name = OURS;
          name += encoders.size() > 1 ? ", " + encoder : "";
          name += refinements.size() > 1 ? ", " + refinement : "";
          members.add(new Member(name, "", own));
        }
      }
    }
    return members;
  }
}
