package org.onelabel.pipeline.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunNotes;
import org.onelabel.pipeline.directory.RunOrigin;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.volumes.Plural;

/**
 * What a run was before each continuation with corrected labels, and what it is.
 *
 * @param states in their order, the run as it is last
 */
record RunHistory(List<State> states) {
  private static final List<String> SETS = List.of("pool", "validation", "test");

  /**
   * What the run learnt from, and what it reached.
   *
   * @param name of the folder in the run that has its files; {@code now} for the run as it is
   */
  record State(String name, RunOrigin origin, RunMetrics metrics) {

    private static State of(RunNotes.Past past) {
      return new State(
          past.name(),
          Json.read(past.origin(), RunOrigin.class),
          Json.read(past.metrics(), RunMetrics.class));
    }

    private List<String> labelled() {
      return Stream.concat(Stream.of(origin.template()), origin.trusted().stream()).toList();
    }

    /** Mean Dice of each measured volume of a set. */
    private Map<String, Double> measured(String set) {
      Map<String, Double> dice = new TreeMap<>();
      metrics.cases().stream()
          .filter(c -> c.set().equals(set))
          .forEach(c -> dice.put(c.id(), c.mean().dice()));
      return dice;
    }

    /** The same as it was estimated. */
    private Map<String, Double> estimated(String set) {
      Map<String, Double> dice = new TreeMap<>();
      metrics.estimates().stream()
          .filter(e -> e.set().equals(set))
          .forEach(e -> dice.put(e.id(), e.mean()));
      return dice;
    }
  }

  /**
   * A figure of each state.
   *
   * @param dice mean over the volumes of which every state has a value, where it has any; else NaN
   */
  record Figure(String name, List<Double> dice) {

    /** Empty where no state has a value. */
    private static Optional<Figure> of(String name, List<Map<String, Double>> states) {
      states.forEach(state -> state.values().removeIf(dice -> dice.isNaN()));
      List<Map<String, Double>> known = states.stream().filter(s -> !s.isEmpty()).toList();
      Set<String> common = new HashSet<>(known.isEmpty() ? Set.of() : known.getFirst().keySet());
      known.forEach(state -> common.retainAll(state.keySet()));
      states.forEach(state -> state.keySet().retainAll(common));
      return common.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Figure(
                  "%s (%d)".formatted(name, common.size()),
                  states.stream().map(state -> Spread.of(state.values()).mean()).toList()));
    }
  }

  /** That of a run. */
  static RunHistory of(RunDirectory run) {
    List<State> states = new ArrayList<>();
    run.notes().past().forEach(past -> states.add(State.of(past)));
    states.add(new State("now", RunOrigin.read(run), RunMetrics.read(run)));
    return new RunHistory(states);
  }

  /** What the run reached. */
  RunMetrics metrics() {
    return states.getLast().metrics;
  }

  /** Whether the run went on with corrected labels. */
  boolean isContinued() {
    return states.size() > 1;
  }

  /** The scans whose label the state before learnt from as well, but another one. */
  List<String> correctedAgain(int state) {
    if (state == 0) {
      return List.of();
    }
    Map<String, String> before = states.get(state - 1).origin.trustedLabels();
    Map<String, String> now = states.get(state).origin.trustedLabels();
    return states.get(state).labelled().stream()
        .filter(id -> before.containsKey(id) && now.containsKey(id))
        .filter(id -> !before.get(id).equals(now.get(id)))
        .toList();
  }

  /** Whether a label was ever corrected a second time. */
  boolean isCorrectedAgain() {
    return IntStream.range(0, states.size()).anyMatch(state -> !correctedAgain(state).isEmpty());
  }

  /** How many scans a state learnt from the label of. */
  int labels(int state) {
    return states.get(state).labelled().size();
  }

  /** The scans that a state learnt from and the one before did not. */
  List<String> added(int state) {
    List<String> before = state == 0 ? List.of() : states.get(state - 1).labelled();
    return states.get(state).labelled().stream().filter(id -> !before.contains(id)).toList();
  }

  /** The mean Dice on each set where it was measured; where none was, as it was estimated. */
  List<Figure> figures() {
    List<Figure> measured = figures("", State::measured);
    return measured.isEmpty() ? figures(", estimated", State::estimated) : measured;
  }

  private List<Figure> figures(String what, BiFunction<State, String, Map<String, Double>> dice) {
    return SETS.stream()
        .map(set -> Figure.of(set + what, states.stream().map(s -> dice.apply(s, set)).toList()))
        .flatMap(Optional::stream)
        .toList();
  }

  /** The figures over the states; empty where there is none. */
  Optional<LineChart> chart() {
    List<Integer> all = IntStream.range(0, states.size()).boxed().toList();
    List<LineChart.Line> lines =
        figures().stream().map(f -> new LineChart.Line(f.name(), all, f.dice())).toList();
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(
            LineChart.of(
                "Dice after each continuation",
                all.stream().map(state -> Plural.of(labels(state), "label")).toList(),
                lines));
  }
}
