package org.onelabel.pipeline.framing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * The template's voxels with the contrast of other scans: grey values move so that its tissues
 * become as bright as those of another scan. Values between two tissues move by what lies between,
 * those beyond them as the nearest does. Nothing else than the grey value decides, so no edge
 * arises where there was none: what is as bright as a structure stays as bright as it. Immutable
 * and thread-safe.
 */
final class DrawnContrast {
  /** How far a contrast is taken at most: 1 is that of the other scan, 0 the template's own. */
  private static final double MOST = 1.25;

  /** Tissues nearer to each other, in deviations of a scan, are as bright and move as one. */
  private static final double ALIKE = 0.25;

  private final Scan template;
  private final Optional<Contrast> own;
  private final List<Contrast> others;

  /**
   * A contrast to be drawn.
   *
   * @param template with its label
   * @param spacing of its voxels, millimetres
   * @param others contrasts of scans, of the template's classes; none to leave it as it is
   */
  DrawnContrast(Scan template, double[] spacing, List<Contrast> others) {
    this.template = template;
    this.others = List.copyOf(others);
    LabelArray labels = new LabelArray(Extent.of(template.shape()), template.label());
    own =
        others.stream()
            .findFirst()
            .flatMap(
                other ->
                    Contrast.of(template.channels(), labels, other.medians()[0].length, spacing));
  }

  /** The template's channels with a drawn contrast. */
  List<float[]> draw(RandomGenerator random) {
    if (own.isEmpty()) {
      return template.channels();
    }
    Contrast other = others.get(random.nextInt(others.size()));
    float share = (float) (MOST * random.nextDouble());
    List<float[]> channels = new ArrayList<>();
    for (int c = 0; c < template.channels().size(); c++) {
      channels.add(
          moved(
              template.channels().get(c),
              moves(own.get().medians()[c], other.medians()[c], share)));
    }
    return channels;
  }

  /** By how much a grey value moves. */
  private record Move(float value, float by) {}

  /** What is done to the grey values of tissues, in their order; those that are alike as one. */
  private static List<Move> moves(float[] from, float[] to, float share) {
    List<Move> tissues =
        IntStream.range(0, from.length)
            .mapToObj(t -> new Move(from[t], share * (to[t] - from[t])))
            .sorted(Comparator.comparingDouble(Move::value))
            .toList();
    List<Move> moves = new ArrayList<>();
    int first = 0;
    for (int t = 1; t <= tissues.size(); t++) {
      if (t == tissues.size() || tissues.get(t).value - tissues.get(t - 1).value > ALIKE) {
        List<Move> alike = tissues.subList(first, t);
        moves.add(new Move(mean(alike, true), mean(alike, false)));
        first = t;
      }
    }
    return moves;
  }

  private static float mean(List<Move> moves, boolean values) {
    return (float) moves.stream().mapToDouble(m -> values ? m.value : m.by).average().orElseThrow();
  }

  private static float[] moved(float[] channel, List<Move> moves) {
    float[] values = channel.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += by(values[i], moves);
    }
    return values;
  }

  /** By how much a grey value moves: interpolated, and constant beyond the first and the last. */
  private static float by(float value, List<Move> moves) {
    int next = 0;
    while (next < moves.size() && moves.get(next).value <= value) {
      next++;
    }
    if (next == 0) {
      return moves.getFirst().by;
    }
    Move below = moves.get(next - 1);
    if (next == moves.size()) {
      return below.by;
    }
    Move above = moves.get(next);
    float share = (value - below.value) / (above.value - below.value);
    return below.by + share * (above.by - below.by);
  }
}
