package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.onelabel.volumes.Case;
import org.onelabel.volumes.DatasetFolder;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;

/** Label files held against true ones of the same names. */
public final class Evaluation {
  private record Result(
      List<String> structures,
      RunMetrics.SetMetrics all,
      List<RunMetrics.CaseMetrics> cases,
      List<String> withoutTruth,
      List<String> withoutPrediction) {}

  private final Result result;

  private Evaluation(Result result) {
    this.result = result;
  }

  /** Compares every label file in {@code predictions} that has a twin in {@code truth}. */
  public static Evaluation of(Path predictions, Path truth) {
    Map<String, Case> predicted = labels(predictions);
    Map<String, Case> expected = labels(truth);
    Map<String, LabelMap[]> pairs = new TreeMap<>();
    int highest = 0;
    for (Case source : predicted.values()) {
      Case twin = expected.get(source.id());
      if (twin != null) {
        LabelMap labels = source.readLabels(source.readGeometry());
        LabelMap truthLabels = twin.readLabels(twin.readGeometry());
        if (!labels.geometry().sameShape(truthLabels.geometry())) {
          throw new InputException(
              source.images().getFirst(),
              "is %s voxels, the truth %s"
                  .formatted(
                      labels.geometry().describeShape(), truthLabels.geometry().describeShape()));
        }
        highest = Math.max(highest, Math.max(labels.highest(), truthLabels.highest()));
        pairs.put(source.id(), new LabelMap[] {labels, truthLabels});
      }
    }
    if (pairs.isEmpty()) {
      throw new InputException(predictions, "no file has the name of one in " + truth);
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
            difference(predicted, expected),
            difference(expected, predicted)));
  }

  private static Map<String, Case> labels(Path folder) {
    if (!java.nio.file.Files.isDirectory(folder)) {
      throw new InputException(folder, "no such folder");
    }
    return DatasetFolder.scans(folder, 1).stream()
        .map(c -> new Case(c.id(), c.images(), Optional.of(c.images().getFirst())))
        .collect(Collectors.toMap(Case::id, c -> c, (a, _) -> a, TreeMap::new));
  }

  private static List<String> difference(Map<String, Case> from, Map<String, Case> without) {
    return from.keySet().stream().filter(id -> !without.containsKey(id)).toList();
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
