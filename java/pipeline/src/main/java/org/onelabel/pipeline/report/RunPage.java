package org.onelabel.pipeline.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.evaluation.PredictedCase;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.volumes.dataset.Dataset;

/**
 * What the page {@code report/page} shows of a run.
 *
 * @param history what it reached, now and before it was corrected
 * @param sizes of the structures of all volumes
 * @param pictures of some volumes
 * @param times that stages took
 * @param provenance what the run was made of
 */
record RunPage(
    Dataset dataset,
    Configuration configuration,
    RunHistory history,
    StructureSizes sizes,
    RunPictures pictures,
    StageTimes times,
    Provenance provenance) {

  /** What the run reached. */
  RunMetrics metrics() {
    return history.metrics();
  }

  /** The script of the page. */
  PageScript script() {
    return PageScript.read();
  }

  /** What a reader has to know before the figures, each a sentence without its full stop. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    switch (configuration.training().labels().supervision()) {
      case TEMPLATE_AND_POOL -> {}
      case TEMPLATE_AND_UNLABELLED ->
          warnings.add("Trained on the template and the pool without labels");
      case TEMPLATE_ONLY -> warnings.add("Trained on the template alone");
      case ALL_LABELS -> warnings.add("Trained with the pool's true labels: an upper bound");
    }
    metrics().rounds().forEach(round -> warnings.addAll(round.warnings()));
    return warnings;
  }

  /** Mean Dice on the pool after each round; empty where nothing can be measured on it. */
  Optional<LineChart> chart() {
    List<LineChart.Line> lines = new ArrayList<>();
    metrics()
        .poolDice()
        .forEach(
            (kind, dices) -> {
              if (!dices.isEmpty()) {
                lines.add(
                    new LineChart.Line(
                        kind,
                        dices.stream().map(RunMetrics.RoundDice::round).toList(),
                        dices.stream().map(RunMetrics.RoundDice::mean).toList()));
              }
            });
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(LineChart.of(lines, configuration.rounds()));
  }

  /** Whether the Dice of volumes is estimated. */
  boolean isEstimated() {
    return !metrics().estimates().isEmpty();
  }

  /** The cells of a predicted volume. */
  record PredictedVolume(PredictedCase predicted) {

    String id() {
      return predicted.id();
    }

    String set() {
      return predicted.set();
    }

    /** The mean that was estimated; empty where none was. */
    String estimated() {
      return predicted.estimate().map(e -> Spread.number(e.mean(), 3)).orElse("");
    }

    /** The Dice of a structure: measured, and in brackets estimated. */
    String dice(int structure) {
      String is =
          predicted
              .measured()
              .map(m -> Spread.number(m.structures().get(structure).dice(), 3))
              .orElse("");
      String probably =
          predicted
              .estimate()
              .map(e -> "(%s)".formatted(Spread.number(e.dice().get(structure), 3)))
              .orElse("");
      return (is + " " + probably).strip();
    }

    String hd95() {
      return predicted.measured().map(m -> Spread.number(m.mean().hd95(), 1)).orElse("");
    }
  }

  /** Every volume of which something is known, those first that are probably worst. */
  List<PredictedVolume> volumes() {
    return PredictedCase.of(metrics()).stream()
        .sorted(
            Comparator.comparingDouble(
                predicted ->
                    predicted.estimate().map(RunMetrics.Estimate::mean).orElse(predicted.dice())))
        .map(PredictedVolume::new)
        .toList();
  }

  /** The rounds, where their pseudo-labels could be measured. */
  List<Integer> pseudoLabelRounds() {
    return metrics().poolDice().getOrDefault("pseudo-labels", List.of()).isEmpty()
        ? List.of()
        : IntStream.rangeClosed(0, configuration.rounds()).boxed().toList();
  }

  /** Mean Dice of a volume's pseudo-label after a round; empty where it was not measured. */
  String pseudoLabelDice(String id, int round) {
    return metrics().pool().stream()
        .filter(m -> m.id().equals(id) && m.round() == round && m.kind().equals("pseudo-labels"))
        .map(m -> Spread.number(m.averaged(), 3))
        .findFirst()
        .orElse("");
  }
}
