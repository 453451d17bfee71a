package org.onelabel.cli.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.cli.SmallRun;
import org.onelabel.kernels.experiment.trial.CandidateTrial;
import org.onelabel.kernels.experiment.trial.Compilation;
import org.onelabel.kernels.experiment.trial.TrialSettings;
import org.onelabel.kernels.experiment.trial.Verdict;
import org.onelabel.volumes.InputException;

/** Whatever a candidate does, the command says what it was, and nothing goes on behind it. */
@Isolated("no other test may start processes that look like trials left behind")
class KernelsTryTest {
  private static final Path FILE = Path.of("mine.cpp");

  @TempDir private static Path folder;
  private static Path source;
  private static Path library;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    source = folder.resolve("unruly.cpp");
    try (InputStream in = KernelsTryTest.class.getResourceAsStream("unruly.cpp")) {
      Files.copy(in, source);
    }
    library = folder.resolve("unruly.so");
    try (CandidateTrial trial = CandidateTrial.open()) {
      Compilation compilation = trial.compile(source, "-O0");
      if (!(compilation instanceof Compilation.Compiled compiled)) {
        throw new AssertionError(compilation);
      }
      Files.copy(compiled.library(), library);
    }
  }

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** The exit code of a candidate that does what {@code mode} says. */
  private int run(String mode) throws IOException, InterruptedException {
    int limit = mode.matches("(loop|spin).*") ? 2 : 20;
    try (CandidateTrial trial = CandidateTrial.open()) {
      Files.writeString(trial.folder().resolve("mode"), mode);
      TrialSettings settings = new TrialSettings(1, 3, 1, Duration.ofSeconds(limit));
      PrintWriter lines = new PrintWriter(out, true);
      PrintWriter said = new PrintWriter(err, true);
      Verdict verdict =
          trial.run(library, settings, lines::println, line -> said.println("candidate: " + line));
      return KernelsTryCommand.judge(FILE, verdict, "2s");
    } finally {
      assertEquals(List.of(), trials(ProcessHandle.current()));
    }
  }

  /** Java below a process; a long command line is not told. */
  private static List<ProcessHandle> trials(ProcessHandle process) {
    return process
        .descendants()
        .filter(below -> below.isAlive() && below.info().command().orElse("").endsWith("java"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "loops, in entropy it took longer than 2s; --timeout gives it more time",
    "loops-large, in entropy it took longer than 2s; --timeout gives it more time",
    "exits, 'in entropy it ended the process, with exit code 0'",
    "exits-at-once, 'in entropy it ended the process, with exit code 0'",
    "throws, in entropy it crashed: SIGABRT",
    "segv, in entropy it crashed: SIGSEGV at onelabel_entropy+0x",
    "fpe, in entropy it crashed: SIGFPE",
    "recurses, in entropy it crashed: SIGSEGV",
    "far, entropy wrote behind its output entropy",
    "far-large, entropy wrote behind its output entropy",
    "status, entropy answered status 7 without a text"
  })
  void whatACandidateDoesIsOneLine(String mode, String cause)
      throws IOException, InterruptedException {
    assertOneLine(mode, cause);
  }

  /** The loader's lock may hold up who would tell the time: then the parent ends it, late. */
  @Tag("long")
  @Test
  void aCandidateThatDoesNotGetLoadedIsOneLine() throws IOException, InterruptedException {
    assertOneLine("spins-when-loaded", "in its static initialisers it");
  }

  private void assertOneLine(String mode, String cause) {
    InputException e = assertThrows(InputException.class, () -> run(mode), out::toString);
    assertTrue(e.getMessage().startsWith(FILE + ": " + cause), e::getMessage);
    assertEquals(1, e.getMessage().lines().count(), e::getMessage);
    assertFalse(err.toString().contains("#"), err::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "closes", "threads"})
  void whatDoesNotTouchTheResultPasses(String mode) throws IOException, InterruptedException {
    assertEquals(0, run(mode), err::toString);
    assertTrue(out.toString().contains("entropy            3 cases, 0 failed"), out::toString);
    assertTrue(out.toString().contains("candidate"), out::toString);
  }

  @Test
  void aProcessThatACandidateHasStartedEndsWithIt() throws Exception {
    assertEquals(0, run("forks"), err::toString);
    String pid = err.toString().lines().findFirst().orElseThrow().replace("candidate: ", "");
    Optional<ProcessHandle> forked = ProcessHandle.of(Long.parseLong(pid));
    if (forked.isPresent()) {
      assertEnds(forked.get());
    }
  }

  @Test
  void whatACandidatePrintsIsKeptApart() throws IOException, InterruptedException {
    assertEquals(0, run("prints"));
    assertFalse(out.toString().contains("RIGHT"), out::toString);
    assertTrue(out.toString().contains("3 cases, 0 failed"), out::toString);
    List<String> said = err.toString().lines().toList();
    assertEquals("candidate: RIGHT ", said.getFirst());
    assertEquals("candidate: ?[2J?\ufffd# garbage", said.get(1));
    assertEquals("candidate: ... (and more)", said.getLast());
    assertTrue(said.size() < 50, () -> said.size() + " lines");
  }

  @Test
  void aResultThatIsWrongOnLargeArraysAloneIsSeen() throws IOException, InterruptedException {
    assertEquals(2, run("wrong-large"));
    assertTrue(out.toString().contains("3 cases, 0 failed"), out::toString);
    assertTrue(
        out.toString().contains("entropy differs from the built-in on {passes=8"), out::toString);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTrialEndsWithTheCommandAndLeavesNothing(boolean killed) throws Exception {
    Path work = Files.createDirectory(folder.resolve("work-" + killed));
    Path temporary = Files.createDirectory(folder.resolve("temporary-" + killed));
    Path endless = folder.resolve("endless.txt");
    Files.writeString(
        endless,
        Files.readString(source)
            .replace(
                "static const std::string m = mode();", "spin();" + "static const std::string m;"));
    List<String> command = new ArrayList<>(SmallRun.java("512m"));
    command.add(1, "-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("kernels", "try", endless.toString(), "--flags", "-O0"));
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("said").toFile());
    Process process = builder.start();
    ProcessHandle trial = awaitTrial(process);
    if (killed) {
      process.destroyForcibly();
    } else {
      process.destroy();
    }
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    assertEnds(trial);
    try (Stream<Path> left = Files.list(work)) {
      assertEquals(List.of(), left.toList());
    }
    if (!killed) {
      try (Stream<Path> left = Files.list(temporary)) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  /** The process that tries the candidate, once the candidate runs. */
  private static ProcessHandle awaitTrial(Process process)
      throws IOException, InterruptedException {
    while (process.isAlive()) {
      for (ProcessHandle trial : trials(process.toHandle())) {
        boolean spins =
            trial.info().totalCpuDuration().orElse(Duration.ZERO).compareTo(Duration.ofSeconds(3))
                > 0;
        if (spins) {
          return trial;
        }
      }
      Thread.sleep(50);
    }
    throw new AssertionError(Files.readString(folder.resolve("said")));
  }

  private static void assertEnds(ProcessHandle process)
      throws InterruptedException, ExecutionException {
    try {
      process.onExit().get(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new AssertionError("the candidate runs on", e);
    }
  }
}
