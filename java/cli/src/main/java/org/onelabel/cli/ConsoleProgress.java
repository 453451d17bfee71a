package org.onelabel.cli;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.onelabel.pipeline.Progress;

/**
 * Progress on the error stream: bars with the time left on a terminal; elsewhere one line at the
 * beginning and one at the end of each stage, with tab-separated fields.
 */
final class ConsoleProgress implements Progress {
  private final boolean terminal;

  private ConsoleProgress(boolean terminal) {
    this.terminal = terminal;
  }

  /** Bars if the error stream is a terminal and {@code quiet} is false. */
  static Progress of(boolean quiet) {
    if (quiet) {
      return Progress.SILENT;
    }
    // The launcher says whether the error stream is a terminal; Java can only tell of all three.
    return new ConsoleProgress("true".equals(System.getProperty("onelabel.terminal")));
  }

  @Override
  public Task begin(String name, int steps) {
    return terminal ? new Bar(name, steps) : new Lines(name, steps);
  }

  @Override
  public void say(String line) {
    System.err.println(line);
  }

  private static final class Bar implements Task {
    private final ProgressBar bar;

    Bar(String name, int steps) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(steps)
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .setUpdateIntervalMillis(500)
              .build();
    }

    @Override
    public void step(String detail) {
      bar.setExtraMessage(detail);
      bar.step();
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  private static final class Lines implements Task {
    private final String name;
    private final int steps;
    private final long start = System.nanoTime();
    private int done;

    Lines(String name, int steps) {
      this.name = name;
      this.steps = steps;
      System.err.println("begin\t" + name + "\t" + steps);
    }

    @Override
    public void step(String detail) {
      done++;
    }

    @Override
    public void close() {
      double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1e3;
      System.err.println(
          String.format(Locale.ROOT, "end\t%s\t%d/%d\t%.1f s", name, done, steps, seconds));
    }
  }
}
