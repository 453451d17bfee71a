package org.onelabel.kernels.experiment.trial;

import java.nio.file.Path;
import java.util.List;

/** What a compiler made of a candidate's source. */
public sealed interface Compilation {
  /**
   * It compiles.
   *
   * @param library that was made; it goes with its trial
   * @param lines what the compiler said
   */
  record Compiled(Path library, List<String> lines) implements Compilation {}

  /**
   * It does not compile.
   *
   * @param lines what the compiler said
   */
  record Rejected(List<String> lines) implements Compilation {}

  /**
   * There is no compiler.
   *
   * @param reason one line
   */
  record NoCompiler(String reason) implements Compilation {}
}
