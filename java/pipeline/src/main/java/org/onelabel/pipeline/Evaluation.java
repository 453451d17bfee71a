package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.LabelPairs;

/** Label files held against true ones of the same names. */
public final class Evaluation {
  private record Result(
      List<String> structures,
      RunMetrics.SetMetrics all,
      List<RunMetrics.CaseMetrics> cases,
      List<String> withoutTruth,
      List<String> withoutPrediction) {}

  private final Result result;
  private final LabelPairs files;

  private Evaluation(Result result, LabelPairs files) {
    this.result = result;
    this.files = files;
  }

  /** Compares every label file in {@code predictions} that has a twin in {@code truth}. */
  public static Evaluation of(Path predictions, Path truth) {
    LabelPairs found = LabelPairs.of(predictions, truth);
    Map<String, LabelMap[]> pairs = new TreeMap<>();
    int highest = 0;
    for (LabelPairs.Pair pair : found.pairs()) {
      LabelMap truthLabels = pair.truth();
      LabelMap labels = pair.prediction(truthLabels.geometry());
      highest = Math.max(highest, Math.max(labels.highest(), truthLabels.highest()));
      pairs.put(pair.id(), new LabelMap[] {labels, truthLabels});
    }
    int structures = Math.max(1, highest);
    List<RunMetrics.CaseMetrics> cases = new ArrayList<>();
    pairs.forEach(
        (id, pair) -> cases.add(RunMetrics.CaseMetrics.of("", id, pair[0], pair[1], structures)));
    return new Evaluation(
        new Result(
            IntStream.rangeClosed(1, structures).mapToObj(i -> "structure " + i).toList(),
            RunMetrics.setMetrics(cases, structures),
            cases,
            found.withoutTruth(),
            found.withoutPrediction()),
        found);
  }

  /** The files that were compared, and what was left out. */
  public LabelPairs files() {
    return files;
  }

  /** Every number as JSON. */
  public void write(Path file) {
    Json.write(file, result);
  }

  /** A table of text. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-24s %-12s %8s %8s %8s %8s %8s"
            .formatted("case", "structure", "Dice", "Jaccard", "HD95", "ASD", "ASSD"));
    for (RunMetrics.CaseMetrics c : result.cases) {
      for (int s = 0; s < c.structures().size(); s++) {
        Metrics m = c.structures().get(s);
        lines.add(
            "%-24s %-12d %8.4f %8.4f %8.3f %8.3f %8.3f"
                .formatted(c.id(), s + 1, m.dice(), m.jaccard(), m.hd95(), m.asd(), m.assd()));
      }
    }
    RunMetrics.SetMetrics all = result.all;
    lines.add(
        "%-24s %-12s %8.4f %8.4f %8.3f %8.3f   SD of Dice %.4f"
            .formatted(
                "mean of " + all.cases(),
                "",
                all.dice(),
                all.jaccard(),
                all.hd95(),
                all.asd(),
                all.deviation()));
    if (!result.withoutTruth.isEmpty()) {
      lines.add("without truth: " + String.join(", ", result.withoutTruth));
    }
    if (!result.withoutPrediction.isEmpty()) {
      lines.add("without prediction: " + String.join(", ", result.withoutPrediction));
    }
    return lines;
  }
}
