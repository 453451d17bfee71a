package org.onelabel.kernels.experiment.trial;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a process ended that has not said so itself.
 *
 * @param file where a JVM writes why it crashed
 */
record CrashReport(Path file) {
  private static final Pattern FATAL_SIGNAL = Pattern.compile("(?m)^#\\s+(SIG[A-Z]+) ");
  private static final Pattern FATAL_FRAME =
      Pattern.compile("(?m)^# C +\\[[^\\]]+\\] +(\\w+\\+0x\\p{XDigit}+)");
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 13,
          "SIGPIPE", 14, "SIGALRM", 15, "SIGTERM", 31, "SIGSYS");

  /** In a few words, with the signal and where it was raised where that is known. */
  String describe(int exit) throws IOException {
    String log = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    Matcher signal = FATAL_SIGNAL.matcher(log);
    if (signal.find()) {
      Matcher frame = FATAL_FRAME.matcher(log);
      String where = frame.find() ? " at " + frame.group(1) : "";
      return "crashed: %s%s".formatted(signal.group(1), where);
    }
    if (exit > 128) {
      return "crashed: " + SIGNALS.getOrDefault(exit - 128, "signal " + (exit - 128));
    }
    return "ended the process, with exit code " + exit;
  }
}
