package org.onelabel.kernels.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.internal.CallClock;

/** A candidate that is the built-in one but for a mistake is caught, and the mistake named. */
class CandidateTest {
  private static final int NOTHING = 0;
  private static final int BEHIND = 1;
  private static final int BEFORE = 2;
  private static final int CHANGE = 3;
  private static final int STATUS = 4;
  private static final int FAR_BEHIND = 5;

  @TempDir private static Path folder;
  private static Candidate candidate;
  private static MethodHandle spoil;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    Path source = folder.resolve("spoilt.cpp");
    try (InputStream in = CandidateTest.class.getResourceAsStream("spoilt.cpp")) {
      Files.copy(in, source);
    }
    Path library = folder.resolve("spoilt.so");
    String include = "-I" + Candidate.header().getParent();
    Process compiler =
        new ProcessBuilder(
                "c++",
                "-std=c++17",
                "-shared",
                "-fPIC",
                include,
                // Its functions are asked for by name alone.
                "-Wl,--no-as-needed",
                "-o",
                library.toString(),
                source.toString(),
                Candidate.builtIn().toString())
            .inheritIO()
            .start();
    assertEquals(0, compiler.waitFor());
    candidate = Candidate.load(library);
    spoil =
        Linker.nativeLinker()
            .downcallHandle(
                SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow("spoil"),
                FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }

  /** The suite's word on the candidate with one mistake. */
  private static List<Conformance.Result> run(String kernel, int mistake, int place) {
    try (Kernels kernels = candidate.openGuarded(1)) {
      spoil.invokeExact(mistake, place);
      return Conformance.run(kernels, 3, 30, List.of(kernel));
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aCandidateWithoutAMistakePassesBetweenGuardBands() {
    assertEquals(
        List.of("entropy", "knn", "prototype-cosine", "range-search", "summary", "upsample-argmax"),
        candidate.kernels());
    for (String kernel : candidate.kernels()) {
      List<Conformance.Result> results = run(kernel, NOTHING, 0);
      assertEquals(1, results.size());
      assertEquals(0, results.getFirst().failed(), results::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "prototype-cosine, scores labels margins invalid",
    "upsample-argmax, labels",
    "entropy, mean entropy labels mutual_information invalid",
    "summary, mean quantiles invalid",
    "knn, indices scores votes invalid",
    "range-search, starts indices scores invalid"
  })
  void aByteBesideAnyOutputIsNoticed(String kernel, String outputs) {
    int place = 0;
    for (String output : outputs.split(" ", -1)) {
      String behind = "%s wrote behind its output %s".formatted(kernel, output);
      assertRefused(behind, kernel, BEHIND, place);
      // The counts have room for two, some kernels write one.
      if (!output.equals("invalid")) {
        assertRefused(behind, kernel, FAR_BEHIND, place);
      }
      assertRefused(
          "%s wrote before its output %s".formatted(kernel, output), kernel, BEFORE, place);
      place++;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "prototype-cosine, features prototypes",
    "upsample-argmax, scores",
    "entropy, input",
    "summary, values levels",
    "knn, queries database allowed excluded labels",
    "range-search, queries database allowed excluded"
  })
  void anInputThatIsChangedIsNoticed(String kernel, String inputs) {
    int place = 0;
    for (String input : inputs.split(" ", -1)) {
      assertRefused("%s changed its input %s".formatted(kernel, input), kernel, CHANGE, place);
      place++;
    }
  }

  private static void assertRefused(String expected, String kernel, int mistake, int place) {
    KernelException e =
        assertThrows(KernelException.class, () -> run(kernel, mistake, place), expected);
    assertEquals(expected, e.getMessage());
  }

  @Test
  void aStatusWithoutATextIsShown() {
    for (String kernel : candidate.kernels()) {
      for (int status : new int[] {1, 4, 7, -3}) {
        KernelException e = assertThrows(KernelException.class, () -> run(kernel, STATUS, status));
        assertTrue(e.getMessage().startsWith(kernel + " answered status " + status), e::getMessage);
      }
    }
  }

  @Test
  void aCallThatIsRunningIsSeen() {
    run("entropy", NOTHING, 0);
    assertTrue(candidate.running().isZero(), "nothing runs");
    CallClock clock = new CallClock();
    clock.begin();
    assertTrue(clock.running().isPositive());
    clock.end();
    assertTrue(clock.running().isZero());
  }
}
