package org.onelabel.pipeline.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Values per round as an inline SVG. */
public final class LineChart {
  private static final int PLOT = 410;
  private static final int HEIGHT = 240;
  private static final int LEFT = 48;
  private static final int BOTTOM = 32;
  private static final int TOP = 12;
  private static final int LINE_HEIGHT = 18;
  private static final int LETTER = 8;
  private static final int MOST_TICKS = 6;
  private static final double ROUNDING = 1e-9;
  private static final List<Double> STEPS = List.of(0.01, 0.02, 0.05, 0.1, 0.2);
  private static final List<String> COLOURS =
      List.of(
          "#d9730d", "#1f77b4", "#7a4fd0", "#2a9d4a", "#c0392b", "#8c6d31", "#17a2b8", "#5b6b7b");

  /** One line: a value, 0…1 or NaN for none, per round, in the order of {@code rounds}. */
  public record Line(String name, List<Integer> rounds, List<Double> values) {}

  private final int last;
  private final double step;
  private final double low;
  private final double high;

  private LineChart(List<Line> lines, int last) {
    this.last = last;
    double least = values(lines).min().orElse(0);
    double most = values(lines).max().orElse(1);
    step =
        STEPS.stream()
            .filter(s -> up(most / s) - down(least / s) < MOST_TICKS)
            .findFirst()
            .orElse(STEPS.getLast());
    high = Math.min(1, step * Math.max(up(most / step), down(least / step) + 1));
    low = Math.min(high - step, step * down(least / step));
  }

  private static double up(double ticks) {
    return Math.ceil(ticks - ROUNDING);
  }

  private static double down(double ticks) {
    return Math.floor(ticks + ROUNDING);
  }

  private static DoubleStream values(List<Line> lines) {
    return lines.stream()
        .flatMap(line -> line.values().stream())
        .mapToDouble(value -> value)
        .filter(Double::isFinite);
  }

  /** The chart; rounds run from 0 to {@code last}. */
  public static String of(List<Line> lines, int last) {
    return new LineChart(lines, last).draw(lines);
  }

  private String draw(List<Line> lines) {
    int longest = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
    int width = PLOT + 20 + LETTER * longest;
    int height = Math.max(HEIGHT, TOP + LINE_HEIGHT * (lines.size() + 1));
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"Dice per round\">"
            .formatted(width, height, width));
    for (double tick = low; tick <= high + ROUNDING; tick += step) {
      svg.append(
          format(
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>"
                  + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.2f</text>",
              LEFT, PLOT, y(tick), y(tick), LEFT - 6, y(tick) + 4, tick));
    }
    for (int r = 0; r <= last; r++) {
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">round %d</text>",
              x(r), HEIGHT - 10, r));
    }
    for (int i = 0; i < lines.size(); i++) {
      append(svg, lines.get(i), i);
    }
    return svg.append("</svg>").toString();
  }

  private void append(StringBuilder svg, Line line, int index) {
    String colour = COLOURS.get(index % COLOURS.size());
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < line.values().size(); i++) {
      if (Double.isNaN(line.values().get(i))) {
        continue;
      }
      double x = x(line.rounds().get(i));
      double y = y(line.values().get(i));
      points.append(format("%.1f,%.1f ", x, y));
      svg.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>", x, y, colour));
    }
    svg.append(
        format(
            "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
            points, colour));
    svg.append(
        format(
            "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>",
            PLOT + 10, TOP + 14 + LINE_HEIGHT * index, colour, Html.escape(line.name())));
  }

  private double x(int round) {
    return LEFT + 20 + (PLOT - LEFT - 40) * (last == 0 ? 0.5 : round / (double) last);
  }

  private double y(double value) {
    return TOP + (HEIGHT - BOTTOM - TOP) * (high - value) / (high - low);
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
