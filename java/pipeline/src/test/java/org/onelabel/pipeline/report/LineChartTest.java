package org.onelabel.pipeline.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineChartTest {
  private static final Pattern BOX = Pattern.compile("viewBox=\"0 0 (\\d+) (\\d+)\"");
  private static final Pattern TICK = Pattern.compile("text-anchor=\"end\">([0-9.]+)</text>");
  private static final Pattern NAME =
      Pattern.compile("<text x=\"(\\d+)\" y=\"(\\d+)\" fill=[^>]*>(system[^<]*)</text>");
  private static final Pattern DOT = Pattern.compile("<circle cx=\"[0-9.]+\" cy=\"([0-9.]+)\"");
  private static final Pattern GRID = Pattern.compile("y1=\"([0-9.]+)\"");

  private static String svg(List<LineChart.Line> lines, int last) {
    return Pages.render("report/chart", LineChart.of(lines, last));
  }

  @ParameterizedTest
  @CsvSource({
    "0.772, 0.804, 1, 0.77, 0.81",
    "0.13, 0.815, 3, 0.00, 1.00",
    "0.9, 0.9, 14, 0.90, 0.91",
    "0, 0, 1, 0.00, 0.01",
    "0.77, 0.81, 1, 0.77, 0.81",
    "1, 1, 1, 0.99, 1.00"
  })
  void everyPointAndEveryNameIsInside(
      double least, double most, int lines, String lowest, String highest) {
    String name = "system with, a name, of some length";
    String svg =
        svg(
            Collections.nCopies(
                lines, new LineChart.Line(name, List.of(0, 1), List.of(least, most))),
            1);
    MatchResult box = BOX.matcher(svg).results().findFirst().orElseThrow();
    List<MatchResult> names = NAME.matcher(svg).results().toList();
    assertEquals(lines, names.size());
    for (MatchResult text : names) {
      int end = Integer.parseInt(text.group(1)) + 7 * text.group(3).length();
      assertTrue(end <= Integer.parseInt(box.group(1)), svg);
      assertTrue(Integer.parseInt(text.group(2)) <= Integer.parseInt(box.group(2)), svg);
    }
    List<String> ticks = TICK.matcher(svg).results().map(m -> m.group(1)).toList();
    assertEquals(lowest, ticks.getFirst());
    assertEquals(highest, ticks.getLast());
    assertTrue(ticks.size() <= 7, svg);
    List<Double> grid = GRID.matcher(svg).results().map(m -> Double.valueOf(m.group(1))).toList();
    List<Double> dots = DOT.matcher(svg).results().map(m -> Double.valueOf(m.group(1))).toList();
    assertEquals(2 * lines, dots.size());
    dots.forEach(y -> assertTrue(y <= grid.getFirst() && y >= grid.getLast(), svg));
  }

  @Test
  void aRoundWithoutAValueHasNoPoint() {
    List<Double> values = List.of(0.5, Double.NaN, 0.6);
    String svg = svg(List.of(new LineChart.Line("a", List.of(0, 1, 2), values)), 2);
    assertEquals(2, DOT.matcher(svg).results().count(), svg);
    assertFalse(svg.contains("NaN"), svg);
    String nothing = svg(List.of(new LineChart.Line("a", List.of(0), List.of(Double.NaN))), 0);
    assertFalse(nothing.contains("NaN"), nothing);
  }
}
