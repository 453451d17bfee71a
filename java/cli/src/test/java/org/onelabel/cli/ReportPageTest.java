package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The report of a run in a browser, from its file. Left out where there is no Chromium. */
@ResourceLock(Resources.SYSTEM_OUT)
class ReportPageTest {
  private static final int ARROW_RIGHT = 39;
  private static final String STACK = "document.querySelector('.stack')";
  private static final String SLIDER = STACK + ".querySelector('input')";
  private static final String SLICES = "[...%s.querySelectorAll('.slice')]".formatted(STACK);

  @TempDir private static Path folder;
  private static String report;

  @TempDir private Path profile;
  private Browser browser;

  @BeforeAll
  static void train() throws IOException {
    assumeTrue(Browser.program().isPresent(), "no chromium: the report is not tested");
    report = ReviewedRun.train(folder).run().resolve("report.html").toUri().toString();
  }

  @BeforeEach
  void start() throws IOException, InterruptedException {
    browser = Browser.start(profile.resolve("browser"));
  }

  @AfterEach
  void stop() {
    browser.close();
  }

  private void open() throws IOException, InterruptedException {
    browser.open(report);
    browser.await("document.readyState === 'complete' && document.querySelector('pre')");
    browser.evaluate(STACK + ".scrollIntoView({block: 'center'})");
  }

  private boolean is(String expression) throws IOException, InterruptedException {
    return browser.evaluate("Boolean(%s)".formatted(expression)).asBoolean();
  }

  private int number(String expression) throws IOException, InterruptedException {
    return browser.evaluate(expression).asInt();
  }

  /** The slice whose contours are seen, and the place of the sheet that lies behind them. */
  private void assertShown(int slice) throws IOException, InterruptedException {
    assertEquals(1, number(SLICES + ".filter(s => getComputedStyle(s).display !== 'none').length"));
    assertEquals(slice, number(SLICES + ".findIndex(s => getComputedStyle(s).display !== 'none')"));
    String sheet = STACK + ".querySelector('image')";
    int height = number("%s.height.baseVal.value / %s.length".formatted(sheet, SLICES));
    assertEquals(-slice * height, number(sheet + ".y.baseVal.value"));
    assertTrue(
        is("%s.textContent.includes('slice %d of ')".formatted(STACK, slice + 1)),
        "as it is written");
  }

  @Test
  void theSliderShowsOtherSlices() throws IOException, InterruptedException {
    open();
    int first = number(SLIDER + ".value");
    assertShown(first);
    byte[] before = browser.picture();
    browser.evaluate(SLIDER + ".focus()");
    browser.press("ArrowRight", ARROW_RIGHT);
    assertShown(first + 1);
    assertFalse(Arrays.equals(before, browser.picture()), "another picture");
    int slices = number(SLICES + ".length");
    assertEquals(
        "slice %d of %d".formatted(first + 2, slices),
        browser.evaluate(SLIDER + ".getAttribute('aria-valuetext')").asText());
    String box = SLIDER + ".getBoundingClientRect()";
    browser.click(
        number(box + ".left + 2"), number("(%s.top + %s.bottom) / 2".formatted(box, box)));
    assertShown(0);
  }

  @Test
  void noOtherScriptRuns() throws IOException, InterruptedException {
    open();
    browser.evaluate(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.other = 1';"
            + " document.body.append(s); })()");
    assertTrue(is("window.other === undefined"));
  }

  @Test
  void withoutScriptsAndOnPaperASliceIsSeenAndNoSlider() throws IOException, InterruptedException {
    open();
    int first = number(SLIDER + ".value");
    browser.emulate("setEmulatedMedia", "{\"media\": \"print\"}");
    assertShown(first);
    assertTrue(is("getComputedStyle(%s).display === 'none'".formatted(SLIDER)));
    browser.emulate("setEmulatedMedia", "{\"media\": \"\"}");
    assertFalse(is("getComputedStyle(%s).display === 'none'".formatted(SLIDER)));
    browser.emulate("setScriptExecutionDisabled", "{\"value\": true}");
    open();
    assertShown(first);
    assertTrue(is("getComputedStyle(%s).display === 'none'".formatted(SLIDER)));
  }

  @Test
  void aNarrowPageDoesNotScrollSideways() throws IOException, InterruptedException {
    browser.emulate(
        "setDeviceMetricsOverride",
        "{\"width\": 400, \"height\": 800, \"deviceScaleFactor\": 1, \"mobile\": false}");
    open();
    assertTrue(number("document.documentElement.scrollWidth") <= 400);
  }
}
