package org.onelabel.pipeline;

import java.util.List;
import java.util.Locale;

/** Values per round as an inline SVG. */
final class LineChart {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 240;
  private static final int LEFT = 48;
  private static final int BOTTOM = 32;
  private static final int TOP = 12;
  private static final List<String> COLOURS =
      List.of(
          "#d9730d", "#1f77b4", "#7a4fd0", "#2a9d4a", "#c0392b", "#8c6d31", "#17a2b8", "#5b6b7b");

  /** One line: a value per round, in the order of {@code rounds}. */
  record Line(String name, List<Integer> rounds, List<Double> values) {}

  private LineChart() {}

  /** The chart; rounds run from 0 to {@code last}. */
  static String of(List<Line> lines, int last) {
    double low = 1;
    double high = 0;
    for (Line line : lines) {
      for (double value : line.values()) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    low = Math.max(0, Math.floor(low * 20 - 0.5) / 20);
    high = Math.min(1, Math.ceil(high * 20 + 0.5) / 20);
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"Dice per round\">"
            .formatted(WIDTH, HEIGHT, WIDTH));
    double step = high - low > 0.3 ? 0.1 : 0.05;
    for (double tick = low; tick <= high + 1e-9; tick += step) {
      double y = y(tick, low, high);
      svg.append(
          format(
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>"
                  + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.2f</text>",
              LEFT, WIDTH - 150, y, y, LEFT - 6, y + 4, tick));
    }
    for (int r = 0; r <= last; r++) {
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">round %d</text>",
              x(r, last), HEIGHT - 10, r));
    }
    for (int i = 0; i < lines.size(); i++) {
      append(svg, lines.get(i), COLOURS.get(i % COLOURS.size()), i, last, low, high);
    }
    return svg.append("</svg>").toString();
  }

  private static void append(
      StringBuilder svg, Line line, String colour, int index, int last, double low, double high) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < line.values().size(); i++) {
      double x = x(line.rounds().get(i), last);
      double y = y(line.values().get(i), low, high);
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
            WIDTH - 140, TOP + 14 + 18 * index, colour, Html.escape(line.name())));
  }

  private static double x(int round, int last) {
    return LEFT + 20 + (WIDTH - 150 - LEFT - 40) * (last == 0 ? 0.5 : round / (double) last);
  }

  private static double y(double value, double low, double high) {
    return TOP + (HEIGHT - BOTTOM - TOP) * (high - value) / Math.max(1e-9, high - low);
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
