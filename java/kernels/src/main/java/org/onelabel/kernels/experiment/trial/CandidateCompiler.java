package org.onelabel.kernels.experiment.trial;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.kernels.experiment.Candidate;

/** Calls the C++ compiler that {@code CXX} names, else {@code c++}. */
final class CandidateCompiler {
  private CandidateCompiler() {}

  /** Compiles a source into the folder of {@code processes}. */
  static Compilation compile(Path source, String flags, ChildProcesses processes)
      throws InterruptedException {
    Path library = processes.folder().resolve("candidate.so");
    Process process;
    List<String> lines;
    try {
      process = processes.start(new ProcessBuilder(command(source, flags, library)));
      byte[] said = process.getInputStream().readAllBytes();
      lines = new String(said, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      return new Compilation.NoCompiler(String.valueOf(e.getMessage()));
    }
    return process.waitFor() == 0
        ? new Compilation.Compiled(library, lines)
        : new Compilation.Rejected(lines);
  }

  private static List<String> command(Path source, String flags, Path library) {
    Path headers = Candidate.header().toAbsolutePath().resolveSibling("");
    List<String> compiler = words(System.getenv().getOrDefault("CXX", ""));
    List<String> command = new ArrayList<>(compiler.isEmpty() ? List.of("c++") : compiler);
    command.addAll(words(flags));
    command.addAll(List.of("-std=c++17", "-shared", "-fPIC", "-Wall", "-Wextra"));
    command.addAll(List.of("-I" + headers, "-o", library.toString()));
    // Whatever the file is called.
    command.addAll(List.of("-x", "c++", source.toAbsolutePath().toString(), "-x", "none"));
    // The built-in ones may be asked for by name alone.
    command.add("-Wl,--no-as-needed");
    command.add(Candidate.builtIn().toAbsolutePath().toString());
    return command;
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
  }
}
