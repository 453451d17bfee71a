package org.onelabel.kernels.experiment.trial;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** What a candidate prints, but not everything, and nothing of the JVM's crash. */
final class CandidateOutput {
  private static final int MOST_LINES = 40;
  private static final int LONGEST_LINE = 300;

  private CandidateOutput() {}

  /** Passes it on until the process is gone. */
  static void relay(Process process, Consumer<String> output) {
    int lines = 0;
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      boolean fatal = false;
      for (int c = said.read(); c >= 0 || line.length() > 0; c = said.read()) {
        if (c >= 0 && c != '\n') {
          if (line.length() < LONGEST_LINE) {
            line.append(Character.isISOControl(c) && c != '\t' ? '?' : (char) c);
          }
          continue;
        }
        String text = line.toString();
        line.setLength(0);
        fatal |= text.equals("#") || text.startsWith("# A fatal error has been detected");
        if (!fatal && lines <= MOST_LINES) {
          output.accept(lines == MOST_LINES ? "... (and more)" : text);
          lines++;
        }
      }
    } catch (IOException _) {
      // The process is gone, and with it what it had to say.
    }
  }
}
