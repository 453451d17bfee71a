package org.onelabel.pipeline.evaluation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.metrics.EvaluatedCase;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.MeanMetrics;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Plural;
import org.onelabel.volumes.dataset.LabelPairs;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Label files held against true ones of the same names. Structures are the classes that any
 * prediction or truth has; a case counts for those that its own prediction or truth has.
 */
public final class Evaluation {

  /**
   * One structure.
   *
   * @param mean over the cases whose prediction or truth has it
   * @param missed how many of these predictions lack it
   * @param invented how many of these truths lack it
   */
  private record Structure(@JsonUnwrapped MeanMetrics mean, long missed, long invented) {
    static Structure of(int structure, List<EvaluatedCase> cases) {
      return new Structure(
          MeanMetrics.of(cases.stream().map(c -> c.structures().get(structure)).toList()),
          cases.stream().filter(c -> c.missed().contains(structure)).count(),
          cases.stream().filter(c -> c.invented().contains(structure)).count());
    }
  }

  /**
   * The content of the JSON file.
   *
   * @param all over cases, each the mean over its structures
   * @param structures by class
   * @param inPredictionsOnly classes that no truth has
   */
  private record Result(
      Hd95 hd95,
      MeanMetrics all,
      Map<Integer, Structure> structures,
      List<Integer> inPredictionsOnly,
      List<EvaluatedCase> cases,
      List<String> withoutTruth,
      List<String> withoutPrediction) {

    static Result of(
        Hd95 hd95,
        List<EvaluatedCase> cases,
        List<String> withoutTruth,
        List<String> withoutPrediction) {
      Set<Integer> classes = new TreeSet<>();
      cases.forEach(c -> classes.addAll(c.structures().keySet()));
      List<EvaluatedCase> whole = cases.stream().map(c -> c.over(classes)).toList();
      Map<Integer, Structure> structures = new TreeMap<>();
      classes.forEach(c -> structures.put(c, Structure.of(c, whole)));
      return new Result(
          hd95,
          MeanMetrics.of(whole.stream().map(c -> Metrics.mean(c.structures().values())).toList()),
          structures,
          classes.stream()
              .filter(c -> structures.get(c).invented == structures.get(c).mean.cases())
              .toList(),
          whole,
          withoutTruth,
          withoutPrediction);
    }
  }

  private final Result result;

  private Evaluation(Result result) {
    this.result = result;
  }

  /**
   * Compares every label file that has a true one of its name, and writes what was asked for.
   *
   * @throws InputException where files cannot be compared, or the JSON file would be written over
   *     one of them or into a run
   */
  public static Evaluation of(EvaluationRequest request, Progress progress) {
    request.json().map(OutputPath::new).ifPresent(OutputPath::requireOutsideRuns);
    LabelPairs found = LabelPairs.of(request.predictions(), request.truth());
    Evaluation evaluation = new Evaluation(compare(found, request));
    request.json().ifPresent(file -> OutputPath.requireApart(List.of(file), found.all()));
    found.warnings().lines().forEach(progress::warn);
    request.json().ifPresent(file -> Json.write(file, evaluation.result));
    return evaluation;
  }

  private static Result compare(LabelPairs found, EvaluationRequest request) {
    Map<String, LabelMap[]> pairs = new TreeMap<>();
    for (LabelPairs.Pair pair : found.pairs()) {
      LabelMap truthLabels = pair.truth();
      LabelMap labels = pair.prediction(truthLabels.geometry());
      pairs.put(pair.id(), new LabelMap[] {labels, truthLabels});
    }
    List<EvaluatedCase> cases = new ArrayList<>();
    pairs.forEach(
        (id, pair) ->
            cases.add(
                EvaluatedCase.of(
                    id, pair[0], without(request.ignored(), pair[1]), request.hd95())));
    return Result.of(request.hd95(), cases, found.withoutTruth(), found.withoutPrediction());
  }

  private static LabelMap without(OptionalInt ignored, LabelMap truth) {
    if (ignored.isEmpty()) {
      return truth;
    }
    byte[] labels = truth.labels().clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i] =
          LabelArray.classOf(labels[i]) == ignored.getAsInt() ? (byte) LabelMap.IGNORED : labels[i];
    }
    return new LabelMap(truth.geometry(), labels);
  }

  /** Every case with every structure, sorted by name; NaN for those that a case has not. */
  public List<EvaluatedCase> cases() {
    return List.copyOf(result.cases);
  }

  /** Means over the cases that have a structure, by its class. */
  public SortedMap<Integer, MeanMetrics> structures() {
    SortedMap<Integer, MeanMetrics> means = new TreeMap<>();
    result.structures.forEach((structure, of) -> means.put(structure, of.mean));
    return means;
  }

  /** Means over cases, of each case's means over its structures. */
  public MeanMetrics mean() {
    return result.all;
  }

  /** Tables of text: every case, then every structure, then all. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(row("case", "structure", "Dice", "Jaccard", "HD95", "ASD", "ASSD"));
    for (EvaluatedCase c : result.cases) {
      c.structures()
          .forEach(
              (structure, m) ->
                  lines.add(
                      row(c.id(), structure, m.dice(), m.jaccard(), m.hd95(), m.asd(), m.assd())
                          + (c.missed().contains(structure) ? "  missed" : "")
                          + (c.invented().contains(structure) ? "  invented" : "")));
    }
    result.structures.forEach(
        (structure, of) ->
            lines.add(
                mean(Integer.toString(structure), of.mean)
                    + (of.missed > 0 ? ", missed in " + of.missed : "")
                    + (of.invented > 0 ? ", invented in " + of.invented : "")));
    lines.add(mean("all", result.all));
    lines.add("HD95: the " + result.hd95.definition() + "; distances in mm");
    if (result.structures.isEmpty()) {
      lines.add("no prediction and no truth has a structure: there is nothing to measure");
    }
    if (!result.inPredictionsOnly.isEmpty()) {
      lines.add("in predictions only: " + list(result.inPredictionsOnly));
    }
    if (!result.withoutTruth.isEmpty()) {
      lines.add("without truth: " + list(result.withoutTruth));
    }
    if (!result.withoutPrediction.isEmpty()) {
      lines.add("without prediction: " + list(result.withoutPrediction));
    }
    return lines;
  }

  private static String list(List<?> names) {
    return names.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static String mean(String structures, MeanMetrics m) {
    return row(
            "mean of " + Plural.of(m.cases(), "case"),
            structures,
            m.dice(),
            m.jaccard(),
            m.hd95(),
            m.asd(),
            m.assd())
        + "  SD of Dice "
        + Spread.number(m.deviation(), 4);
  }

  private static String row(
      String name,
      Object structure,
      double dice,
      double jaccard,
      double hd95,
      double asd,
      double assd) {
    return row(
        name,
        structure,
        Spread.number(dice, 4),
        Spread.number(jaccard, 4),
        Spread.number(hd95, 3),
        Spread.number(asd, 3),
        Spread.number(assd, 3));
  }

  private static String row(String name, Object structure, String... metrics) {
    StringBuilder row = new StringBuilder("%-24s %-12s".formatted(name, structure));
    for (String metric : metrics) {
      row.append(" %8s".formatted(metric));
    }
    return row.toString();
  }
}
