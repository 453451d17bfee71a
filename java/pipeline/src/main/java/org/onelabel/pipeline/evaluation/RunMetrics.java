package org.onelabel.pipeline.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.MeanMetrics;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.training.RoundSummary;
import org.onelabel.volumes.LabelMap;

/**
 * What a run reached; the content of {@code metrics.json}. A value that is not there, such as the
 * Dice of a structure that neither prediction nor truth has, is NaN; means are over those that are.
 *
 * @param hd95 which 95 % Hausdorff distance the cases have; null in a file by earlier rules
 * @param structures names of classes 1, 2, …
 * @param modelRound the round whose specialist is the model; 0 for the propagation's labels
 * @param rounds how each round went; round 0 is the propagation, where there is one
 * @param estimates what every prediction of a network is probably worth; no truth is needed. Of
 *     those that there is no propagation to compare with, there is none
 * @param pool every measured pseudo-label
 * @param cases every measured prediction
 */
// Files by earlier versions have an agreement of propagation and network.
@JsonIgnoreProperties("agreement")
@JsonPropertyOrder({
  "hd95",
  "structures",
  "modelRound",
  "conclusion",
  "rounds",
  "estimatedDice",
  "estimates",
  "poolDice",
  "sets",
  "pool",
  "cases"
})
public record RunMetrics(
    Hd95 hd95,
    List<String> structures,
    int modelRound,
    List<RoundSummary> rounds,
    List<Estimate> estimates,
    List<Measured> pool,
    List<CaseMetrics> cases) {

  private static final List<String> SETS = List.of("pool", "validation", "test");

  public RunMetrics {
    // Earlier versions had none.
    estimates = estimates == null ? List.of() : List.copyOf(estimates);
  }

  /** What a run that was measured reached. */
  public static RunMetrics read(RunDirectory run) {
    return Json.read(run.metrics(), RunMetrics.class);
  }

  /**
   * The Dice that the prediction of a case probably has.
   *
   * @param set pool, validation or test
   * @param dice of each structure, NaN where it is nowhere found
   */
  public record Estimate(String set, String id, List<Double> dice) {

    /** Mean over structures; NaN where none has a value. */
    public double mean() {
      return Spread.of(dice).mean();
    }
  }

  /** Dice of the labels of one kind of one pool volume after a round, per structure. */
  public record Measured(String kind, int round, String id, List<Double> dice) {

    /** Mean over structures; NaN where none has a value. */
    public double averaged() {
      return Spread.of(dice).mean();
    }
  }

  /**
   * Mean over the pool after a round.
   *
   * @param cases volumes that the mean stands on
   * @param structures mean of each
   * @param structureCases volumes that each of these stands on
   */
  public record RoundDice(
      int round,
      int cases,
      double mean,
      double deviation,
      List<Double> structures,
      List<Integer> structureCases) {}

  /**
   * Means over the cases of a set of each case's mean over structures; and of each structure.
   *
   * @param structures mean Dice of each
   * @param structureCases cases that each of these stands on
   */
  public record SetMetrics(
      @JsonUnwrapped MeanMetrics mean, List<Double> structures, List<Integer> structureCases) {

    static SetMetrics of(List<CaseMetrics> cases, int structures) {
      List<Spread> perStructure =
          IntStream.range(0, structures)
              .mapToObj(
                  s -> Spread.of(cases.stream().map(c -> c.structures.get(s).dice()).toList()))
              .toList();
      return new SetMetrics(
          MeanMetrics.of(cases.stream().map(CaseMetrics::mean).toList()),
          perStructure.stream().map(Spread::mean).toList(),
          perStructure.stream().map(Spread::values).toList());
    }
  }

  /** One predicted case on the grid of its file. */
  public record CaseMetrics(String set, String id, List<Metrics> structures) {

    static CaseMetrics of(
        String set, String id, LabelMap prediction, LabelMap truth, int structures) {
      return new CaseMetrics(
          set,
          id,
          IntStream.rangeClosed(1, structures)
              .mapToObj(
                  c -> Metrics.of(prediction.array(), truth.array(), c, truth.geometry().spacing()))
              .toList());
    }

    /** Means over structures; NaN where none has a value. */
    public Metrics mean() {
      return Metrics.mean(structures);
    }
  }

  /**
   * Whether an earlier version measured this: a structure that neither prediction nor truth had
   * counted as 1, and one that only one of them had as 200 mm (HD95) and 100 mm (ASD).
   */
  public boolean isByEarlierRules() {
    return hd95 == null;
  }

  /** The round of the model's network, of the last one where the labels are the propagation's. */
  public int networkRound() {
    return modelRound > 0 ? modelRound : lastRound();
  }

  private int lastRound() {
    return rounds.isEmpty() ? 0 : rounds.getLast().round();
  }

  /** What the result is worth, in plain sentences. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public List<String> conclusion() {
    return Conclusion.of(this);
  }

  /** For {@code pool}, {@code validation}, {@code test}: means of the estimates. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Map<String, Double> estimatedDice() {
    Map<String, Double> means = new LinkedHashMap<>();
    for (String set : SETS) {
      List<Estimate> of = estimates(set);
      if (!of.isEmpty()) {
        means.put(set, Spread.of(of.stream().map(Estimate::mean).toList()).mean());
      }
    }
    return means;
  }

  /**
   * For {@code pseudo-labels} and {@code predicted}: the mean Dice over the pool's hidden labels
   * after each round.
   */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Map<String, List<RoundDice>> poolDice() {
    Map<String, List<RoundDice>> poolDice = new LinkedHashMap<>();
    for (String kind : List.of("pseudo-labels", "predicted")) {
      List<RoundDice> means = new ArrayList<>();
      for (int r = 0; r <= lastRound(); r++) {
        int round = r;
        List<Measured> of =
            pool.stream().filter(m -> m.kind.equals(kind) && m.round == round).toList();
        if (!of.isEmpty()) {
          Spread all = Spread.of(of.stream().map(Measured::averaged).toList());
          List<Spread> perStructure =
              IntStream.range(0, structures.size())
                  .mapToObj(s -> Spread.of(of.stream().map(m -> m.dice.get(s)).toList()))
                  .toList();
          means.add(
              new RoundDice(
                  round,
                  all.values(),
                  all.mean(),
                  all.deviation(),
                  perStructure.stream().map(Spread::mean).toList(),
                  perStructure.stream().map(Spread::values).toList()));
        }
      }
      poolDice.put(kind, means);
    }
    return poolDice;
  }

  /** For {@code pool}, {@code validation}, {@code test}: the final predictions. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Map<String, SetMetrics> sets() {
    Map<String, SetMetrics> sets = new LinkedHashMap<>();
    for (String set : SETS) {
      List<CaseMetrics> of = cases.stream().filter(c -> c.set.equals(set)).toList();
      if (!of.isEmpty()) {
        sets.put(set, SetMetrics.of(of, structures.size()));
      }
    }
    return sets;
  }

  /** A table of text. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-34s %5s %7s %7s  %s"
            .formatted("", "cases", "Dice", "SD", String.join("  ", structures)));
    Map<String, List<RoundDice>> poolDice = poolDice();
    for (RoundDice d : poolDice.get("pseudo-labels")) {
      lines.add(line("pseudo-labels after round " + d.round, d));
    }
    for (RoundDice d : poolDice.get("predicted")) {
      lines.add(line("pool predicted in round " + d.round, d));
    }
    sets()
        .forEach(
            (set, m) ->
                lines.add(
                    line(
                        (modelRound == 0 ? "propagation on " : "model on ") + set,
                        m.mean.cases(),
                        m.mean.dice(),
                        m.mean.deviation(),
                        m.structures,
                        m.structureCases)));
    for (String set : estimatedDice().keySet()) {
      lines.add(estimated(set));
    }
    lines.addAll(conclusion());
    return lines;
  }

  /** The estimates of a set. */
  List<Estimate> estimates(String set) {
    return estimates.stream().filter(e -> e.set.equals(set)).toList();
  }

  private String estimated(String set) {
    List<Estimate> of = estimates(set);
    Spread all = Spread.of(of.stream().map(Estimate::mean).toList());
    List<Spread> perStructure =
        IntStream.range(0, structures.size())
            .mapToObj(s -> Spread.of(of.stream().map(e -> e.dice.get(s)).toList()))
            .toList();
    return line(
        "estimated for " + set,
        all.values(),
        all.mean(),
        all.deviation(),
        perStructure.stream().map(Spread::mean).toList(),
        perStructure.stream().map(Spread::values).toList());
  }

  private static String line(String name, RoundDice d) {
    return line(name, d.cases, d.mean, d.deviation, d.structures, d.structureCases);
  }

  private static String line(
      String name,
      int cases,
      double mean,
      double deviation,
      List<Double> structures,
      List<Integer> structureCases) {
    return "%-34s %5d %7s %7s  %s"
        .formatted(
            name,
            cases,
            Spread.number(mean, 4),
            Spread.number(deviation, 4),
            String.join("  ", withCases(structures, structureCases, cases)));
  }

  /** Means of structures, each with its number of cases where that is not {@code all}. */
  public static List<String> withCases(List<Double> means, List<Integer> cases, int all) {
    return IntStream.range(0, means.size())
        .mapToObj(
            s ->
                Spread.number(means.get(s), 4)
                    + (cases.get(s) == all ? "" : " (" + cases.get(s) + ")"))
        .toList();
  }
}
