package org.onelabel.kernels.experiment.trial;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.experiment.Benchmark;
import org.onelabel.kernels.experiment.Candidate;
import org.onelabel.kernels.experiment.Conformance;
import org.onelabel.kernels.experiment.KernelCase;
import org.onelabel.kernels.experiment.Roofline;
import org.onelabel.kernels.experiment.Workload;

/** The process in which a candidate is tried. It ends with the one that started it. */
final class TrialProcess {
  private static final Duration GLANCE = Duration.ofMillis(50);

  private final TrialJournal journal;
  private final TrialTask task;
  private final long begin = System.nanoTime();
  private volatile @Nullable Candidate candidate;

  private TrialProcess(TrialTask task) {
    this.task = task;
    this.journal = new TrialJournal(task.journal());
  }

  /** Takes a {@link TrialTask}. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    TrialProcess trial = new TrialProcess(TrialTask.parse(arguments));
    Thread.ofPlatform().daemon().start(trial::watch);
    try {
      boolean right = trial.run();
      trial.journal.write(right ? TrialJournal.Kind.RIGHT : TrialJournal.Kind.WRONG, "");
    } catch (KernelException e) {
      trial.journal.write(TrialJournal.Kind.REFUSED, e.getMessage());
    } catch (Throwable e) {
      trial.journal.write(TrialJournal.Kind.FAULT, e.toString());
    }
    end();
  }

  /** Threads and processes that a candidate has started are not waited for. */
  private static void end() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().halt(0);
  }

  /** Ends the process where a call takes too long, or where nobody waits for it any more. */
  private void watch() {
    try {
      while (true) {
        journal.write(TrialJournal.Kind.ALIVE, "");
        for (int i = 0; i < 5; i++) {
          Thread.sleep(GLANCE);
          Candidate loaded = candidate;
          Duration call =
              loaded == null ? Duration.ofNanos(System.nanoTime() - begin) : loaded.running();
          if (call.compareTo(task.settings().limit()) > 0) {
            journal.write(TrialJournal.Kind.SLOW, "");
            end();
          }
        }
        long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
        if (parent != task.parent()) {
          end();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stage(String what) {
    journal.write(TrialJournal.Kind.STAGE, what);
  }

  private void print(String line) {
    journal.write(TrialJournal.Kind.LINE, line);
  }

  private boolean run() {
    // Before the candidate, whose static initialisers are timed from here on.
    try (Kernels builtIn = Kernels.open(Kernels.Implementation.CPU, task.settings().threads())) {
      stage("its static initialisers");
      Candidate loaded = Candidate.load(task.library());
      if (loaded.kernels().isEmpty()) {
        throw new KernelException("defines no function of onelabel.h with C linkage");
      }
      candidate = loaded;
      try (Kernels guarded = loaded.openGuarded(task.settings().threads());
          Kernels plain = loaded.open(task.settings().threads())) {
        boolean right = true;
        for (String kernel : loaded.kernels()) {
          stage(kernel);
          for (Conformance.Result result :
              Conformance.run(guarded, 1, task.settings().cases(), List.of(kernel))) {
            print(result.line());
            right &= result.failed() == 0;
          }
        }
        for (String kernel : loaded.kernels()) {
          stage(kernel);
          right &= time(kernel, builtIn, guarded, plain);
        }
        return right;
      }
    }
  }

  /** Times a kernel beside the built-in one after their results were compared at this size. */
  private boolean time(String kernel, Kernels builtIn, Kernels guarded, Kernels plain) {
    boolean right = true;
    List<Workload> workloads = workloads(kernel);
    Optional<Roofline> roofline =
        workloads.isEmpty() ? Optional.empty() : Roofline.measure(builtIn);
    for (Workload workload : workloads) {
      print("");
      try (Arena arena = Arena.ofShared()) {
        KernelCase timed = workload.prepare(workload.input(arena), arena);
        boolean same = isSame(timed, builtIn, guarded);
        if (!same) {
          print(kernel + " differs from the built-in on " + workload.shape());
        }
        right &= same;
        Benchmark.table(
                List.of(
                    Benchmark.run(builtIn, roofline, timed, task.settings().repeat()),
                    Benchmark.run(plain, roofline, timed, task.settings().repeat())
                        .named("candidate")))
            .forEach(this::print);
      }
    }
    return right;
  }

  private static boolean isSame(KernelCase timed, Kernels one, Kernels other) {
    timed.run(one);
    float[] expected = timed.found();
    timed.run(other);
    float[] given = timed.found();
    for (int i = 0; i < expected.length; i++) {
      // Much more than any order of summation makes of float32.
      if (!(Math.abs(expected[i] - given[i]) <= 1e-4 * Math.max(1, Math.abs(expected[i])))) {
        return false;
      }
    }
    return true;
  }

  /** Shapes of the benchmarks that run in seconds. */
  private static List<Workload> workloads(String kernel) {
    List<Workload> all = new ArrayList<>();
    switch (kernel) {
      case "knn" -> {
        all.add(new Workload.Neighbours(512, 6144, 384, 5, NearestNeighbours.Metric.INNER_PRODUCT));
        all.add(new Workload.Neighbours(8192, 8192, 16, 15, NearestNeighbours.Metric.SQUARED_L2));
      }
      case "prototype-cosine" -> {
        all.add(new Workload.Cosine(65_536, 384, 2, FeatureMatrix.Layout.ROWS));
        all.add(new Workload.Cosine(65_536, 384, 8, FeatureMatrix.Layout.CHANNELS));
      }
      case "entropy" -> {
        all.add(new Workload.Entropy(8, 2, 1_003_520, false));
        all.add(new Workload.Entropy(8, 4, 1_003_520, true));
      }
      default -> {
        // The others take no time worth a table.
      }
    }
    return all;
  }
}
