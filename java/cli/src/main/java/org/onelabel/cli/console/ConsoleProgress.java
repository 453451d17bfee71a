package org.onelabel.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.onelabel.pipeline.progress.Progress;

/**
 * Progress on the error stream: bars with the time left on a terminal; elsewhere lines of
 * tab-separated fields, one at the beginning and one at the end of each stage, and between them one
 * every ten seconds at most with what is done and the time left. A quiet one only warns.
 */
public final class ConsoleProgress implements Progress {
  /** Goes to the beginning of the line and clears it. */
  private static final String CLEAR = "\r\u001b[2K";

  private enum Form {
    QUIET,
    LINES,
    BARS
  }

  private final Form form;

  private ConsoleProgress(Form form) {
    this.form = form;
  }

  /** Bars if the error stream is a terminal and {@code quiet} is false. */
  public static Progress of(boolean quiet) {
    return new ConsoleProgress(quiet ? Form.QUIET : isTerminal() ? Form.BARS : Form.LINES);
  }

  /** The launcher says whether the error stream is a terminal; Java can only tell of all three. */
  private static boolean isTerminal() {
    return "true".equals(System.getProperty("onelabel.terminal"));
  }

  /** A line for the error stream, where a bar may stand. */
  static String overBars(String line) {
    return isTerminal() ? CLEAR + line : line;
  }

  @Override
  public Task begin(String name, int steps) {
    return switch (form) {
      case QUIET -> SILENT.begin(name, steps);
      case LINES -> new Lines(name, steps, System.err, System::nanoTime);
      case BARS -> new Bar(name, steps);
    };
  }

  @Override
  public void say(String line) {
    if (form != Form.QUIET) {
      print(line);
    }
  }

  @Override
  public void warn(String line) {
    print("onelabel: warning: " + line);
  }

  private void print(String line) {
    // A bar may stand in the line.
    System.err.println(form == Form.BARS ? CLEAR + line : line);
  }

  private static final class Bar implements Task {
    /** What the bar counts for a step, so that it moves within one. */
    private static final long FINENESS = 1000;

    private final ProgressBar bar;
    private long done;

    Bar(String name, int steps) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(FINENESS * steps)
              .setUnit("", FINENESS)
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .setUpdateIntervalMillis(500)
              .build();
    }

    @Override
    public void step(String detail) {
      done += FINENESS;
      bar.setExtraMessage(detail);
      bar.stepTo(done);
    }

    @Override
    public void extend(int steps) {
      bar.maxHint(bar.getMax() + FINENESS * steps);
    }

    @Override
    public void part(int part, int all) {
      bar.stepTo(done + FINENESS * part / all);
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** Lines of a stage. */
  static final class Lines implements Task {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final String name;
    private int steps;
    private final PrintStream out;
    private final LongSupplier clock;
    private final long start;
    private long last;
    private int done;

    /** {@code clock} tells nanoseconds. */
    Lines(String name, int steps, PrintStream out, LongSupplier clock) {
      this.name = name;
      this.steps = steps;
      this.out = out;
      this.clock = clock;
      start = clock.getAsLong();
      last = start;
      out.println("begin\t" + name + "\t" + steps);
    }

    @Override
    public void step(String detail) {
      done++;
      at(done, "");
    }

    @Override
    public void extend(int more) {
      steps += more;
    }

    @Override
    public void part(int part, int all) {
      at(done + part / (double) all, part + "/" + all);
    }

    /** Now and then a line. */
    private void at(double place, String part) {
      long now = clock.getAsLong();
      if (now - last < INTERVAL.toNanos() || place >= steps) {
        return;
      }
      last = now;
      double left = (now - start) / 1e9 * (steps - place) / place;
      out.println(
          String.format(
              Locale.ROOT, "at\t%s\t%d/%d\t%s\t%.0f s left", name, done, steps, part, left));
    }

    @Override
    public void close() {
      double seconds = Duration.ofNanos(clock.getAsLong() - start).toMillis() / 1e3;
      out.println(String.format(Locale.ROOT, "end\t%s\t%d/%d\t%.1f s", name, done, steps, seconds));
    }
  }
}
