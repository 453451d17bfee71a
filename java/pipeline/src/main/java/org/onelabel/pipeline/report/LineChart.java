package org.onelabel.pipeline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Where the parts of a chart of values stand, in pixels from the upper left corner: values per
 * round, or per another place. The page {@code report/chart} draws it as SVG.
 */
public final class LineChart {
  /** The sides of the plot. */
  public static final int LEFT = 48;

  public static final int RIGHT = 410;
  public static final int BOTTOM = 208;
  private static final int TOP = 12;

  private static final int HEIGHT = 240;
  private static final int LINE_HEIGHT = 18;
  private static final int LETTER = 8;
  private static final int MOST_TICKS = 6;
  private static final double ROUNDING = 1e-9;
  private static final List<Double> STEPS = List.of(0.01, 0.02, 0.05, 0.1, 0.2);
  private static final List<String> COLOURS =
      List.of(
          "#d9730d", "#1f77b4", "#7a4fd0", "#2a9d4a", "#c0392b", "#8c6d31", "#17a2b8", "#5b6b7b");

  /** One line: a value, 0…1 or NaN for none, per place, in the order of {@code places}. */
  public record Line(String name, List<Integer> places, List<Double> values) {}

  /** A place of the horizontal axis. */
  public record Place(double x, String name) {}

  /** A value of the vertical axis. */
  public record Tick(double y, double value) {}

  public record Point(double x, double y) {}

  /** A line where it is drawn; a value that is not there has no point. */
  public record Curve(String name, int nameY, String colour, List<Point> points) {}

  private final String name;
  private final List<String> places;
  private final List<Line> lines;
  private final double step;
  private final double low;
  private final double high;

  private LineChart(String name, List<String> places, List<Line> lines) {
    this.name = name;
    this.places = List.copyOf(places);
    this.lines = List.copyOf(lines);
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

  /** Dice per round; rounds run from 0 to {@code last}. */
  public static LineChart of(List<Line> lines, int last) {
    return of(
        "Dice per round",
        IntStream.rangeClosed(0, last).mapToObj(round -> "round " + round).toList(),
        lines);
  }

  /**
   * A chart.
   *
   * @param name what it shows
   * @param places names of places 0, 1, …
   */
  public static LineChart of(String name, List<String> places, List<Line> lines) {
    return new LineChart(name, places, lines);
  }

  public String name() {
    return name;
  }

  public int width() {
    int longest = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
    return RIGHT + 20 + LETTER * longest;
  }

  public int height() {
    return Math.max(HEIGHT, TOP + LINE_HEIGHT * (lines.size() + 1));
  }

  public List<Tick> ticks() {
    List<Tick> ticks = new ArrayList<>();
    for (double tick = low; tick <= high + ROUNDING; tick += step) {
      ticks.add(new Tick(y(tick), tick));
    }
    return ticks;
  }

  public List<Place> places() {
    return IntStream.range(0, places.size()).mapToObj(i -> new Place(x(i), places.get(i))).toList();
  }

  public List<Curve> curves() {
    return IntStream.range(0, lines.size()).mapToObj(this::curve).toList();
  }

  private Curve curve(int index) {
    Line line = lines.get(index);
    List<Point> points =
        IntStream.range(0, line.values().size())
            .filter(i -> !Double.isNaN(line.values().get(i)))
            .mapToObj(i -> new Point(x(line.places().get(i)), y(line.values().get(i))))
            .toList();
    int nameY = TOP + 14 + LINE_HEIGHT * index;
    return new Curve(line.name(), nameY, COLOURS.get(index % COLOURS.size()), points);
  }

  private double x(int place) {
    int last = places.size() - 1;
    return LEFT + 20 + (RIGHT - LEFT - 40) * (last == 0 ? 0.5 : place / (double) last);
  }

  private double y(double value) {
    return TOP + (BOTTOM - TOP) * (high - value) / (high - low);
  }
}
