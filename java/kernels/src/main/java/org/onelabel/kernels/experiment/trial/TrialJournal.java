package org.onelabel.kernels.experiment.trial;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a trial tells the process that started it: a file of lines, as a candidate may do anything
 * to the standard streams. One process writes it, another one reads it meanwhile.
 */
final class TrialJournal {
  /** What a line is about. */
  enum Kind {
    /** The process lives. */
    ALIVE,
    /** What it does from now on. */
    STAGE,
    /** A line for the user. */
    LINE,
    /** A call has lasted longer than it may; the end. */
    SLOW,
    /** The candidate cannot be used, and why; the end. */
    REFUSED,
    /** A fault of ours; the end. */
    FAULT,
    /** All is right; the end. */
    RIGHT,
    /** Something is wrong; the end. */
    WRONG
  }

  /** One line. */
  record Entry(Kind kind, String text) {
    /** How the trial ended by this line, in {@code stage}; empty where it goes on. */
    Optional<Verdict> verdict(String stage) {
      return switch (kind) {
        case ALIVE, STAGE, LINE -> Optional.empty();
        case SLOW -> Optional.of(new Verdict.Slow(stage));
        case REFUSED -> Optional.of(new Verdict.Refused(text));
        case FAULT -> Optional.of(new Verdict.Failed(text));
        case RIGHT -> Optional.of(new Verdict.Right());
        case WRONG -> Optional.of(new Verdict.Wrong());
      };
    }
  }

  private final Path file;
  private long read;

  TrialJournal(Path file) {
    this.file = file;
  }

  /** Appends; the file is opened every time, as a candidate may have closed what was open. */
  synchronized void write(Kind kind, String text) {
    String line = kind + " " + text.strip().replaceAll("\\s*\\R\\s*", "; ") + "\n";
    try {
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was written since the last time. */
  List<Entry> next() throws IOException {
    List<Entry> entries = new ArrayList<>();
    if (!Files.exists(file)) {
      return entries;
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(read);
      byte[] bytes = new byte[(int) (in.length() - read)];
      in.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      // The last line may not be complete yet.
      text = text.substring(0, text.lastIndexOf('\n') + 1);
      read += text.getBytes(StandardCharsets.UTF_8).length;
      text.lines().forEach(line -> entries.add(parse(line)));
    }
    return entries;
  }

  private static Entry parse(String line) {
    int blank = line.indexOf(' ');
    return new Entry(Kind.valueOf(line.substring(0, blank)), line.substring(blank + 1));
  }
}
