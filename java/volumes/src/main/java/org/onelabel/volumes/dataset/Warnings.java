package org.onelabel.volumes.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.onelabel.volumes.InputException;

/**
 * What whoever gave the files should know of how they were taken.
 *
 * @param leftOut files and folders that look like volumes and are not used, each with the reason
 * @param notes what was taken otherwise than it is called, one line each
 */
public record Warnings(SortedMap<Path, String> leftOut, List<String> notes) {
  /** Every file was taken as it is called. */
  public static final Warnings NONE = new Warnings(new TreeMap<>(), List.of());

  private static final int MOST_NAMES = 6;

  public Warnings {
    leftOut = new TreeMap<>(leftOut);
    notes = List.copyOf(notes);
  }

  /** At most two lines: what was left out, and the notes. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (!leftOut.isEmpty()) {
      Map<String, List<Path>> byReason = new LinkedHashMap<>();
      leftOut.forEach(
          (file, why) -> byReason.computeIfAbsent(why, _ -> new ArrayList<>()).add(file));
      List<String> groups = new ArrayList<>();
      byReason.forEach((why, files) -> groups.add(some(files) + " (" + why + ")"));
      lines.add("left out: " + String.join("; ", groups));
    }
    if (!notes.isEmpty()) {
      lines.add(some(notes));
    }
    return lines.stream().map(InputException::inOneLine).toList();
  }

  private static String some(List<?> things) {
    String names =
        String.join(", ", things.stream().limit(MOST_NAMES).map(Object::toString).toList());
    int more = things.size() - MOST_NAMES;
    return more > 0 ? names + " and " + more + " more" : names;
  }
}
