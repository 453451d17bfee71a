package org.onelabel.cli.review;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.onelabel.kernels.KernelException;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;

/**
 * The run's going on with corrected labels, on a thread of its own, one at a time. The page asks
 * how it stands. Thread-safe.
 */
final class Continuing implements Progress {
  /** Lines that the page shows. */
  private static final int LINES = 6;

  private final Consumer<Progress> work;
  private final Deque<String> lines = new ArrayDeque<>();
  private boolean working;
  private String stage = "";
  private int done;
  private int all;
  private String failure = "";

  /** {@code work} goes on with the run. */
  Continuing(Consumer<Progress> work) {
    this.work = work;
  }

  /** Begins, unless it is at it already. */
  synchronized void begin() {
    if (working) {
      throw new InputException("the run is being continued already");
    }
    working = true;
    failure = "";
    stage = "";
    lines.clear();
    Thread.ofPlatform().name("continue").daemon().start(this::run);
  }

  private void run() {
    String failed = "";
    try {
      work.accept(this);
    } catch (InputException | KernelException e) {
      failed = e.getMessage();
    } catch (RuntimeException | OutOfMemoryError e) {
      e.printStackTrace();
      failed = "an error of ours, please report it: " + e;
    }
    end(failed);
  }

  private synchronized void end(String failed) {
    working = false;
    failure = failed;
  }

  /** For the page: whether it works, what at, how much of it is done, and what failed. */
  synchronized Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("working", working);
    state.put("stage", stage);
    state.put("done", done);
    state.put("all", all);
    state.put("lines", List.copyOf(lines));
    state.put("failure", failure);
    return state;
  }

  @Override
  public synchronized void say(String line) {
    lines.addLast(line);
    if (lines.size() > LINES) {
      lines.removeFirst();
    }
  }

  @Override
  public synchronized Task begin(String name, int steps) {
    stage = name;
    done = 0;
    all = steps;
    return new Task() {
      @Override
      public void step(String detail) {
        more(1, 0);
      }

      @Override
      public void extend(int steps) {
        more(0, steps);
      }

      @Override
      public void close() {
        // The next stage takes its place.
      }
    };
  }

  private synchronized void more(int moreDone, int moreSteps) {
    done += moreDone;
    all += moreSteps;
  }
}
