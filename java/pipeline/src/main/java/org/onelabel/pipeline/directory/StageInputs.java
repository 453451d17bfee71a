package org.onelabel.pipeline.directory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.onelabel.pipeline.files.FileHash;
import org.onelabel.pipeline.files.Json;

/**
 * Everything that the result of a stage follows from. Two stages of one name with equal inputs have
 * the same result.
 *
 * @param version of onelabel; empty where a manifest does not say
 * @param settings that the stage reads, by their dotted names; {@code dataset.…} are facts about
 *     the dataset
 * @param files that it reads: those of the dataset ({@code dataset/SET/ID/…}), those that settings
 *     name ({@code settings/NAME}), and what other stages wrote, by its path in the run
 */
public record StageInputs(
    String version, Map<String, String> settings, Map<String, FileHash> files) {
  private static final int LONGEST_VALUE = 40;
  private static final String DATASET = "dataset/";
  private static final String SETTINGS = "settings/";
  private static final String WHOLE = "inputs";

  /** Of a stage of which nothing is known. */
  public static final StageInputs UNKNOWN = new StageInputs("", Map.of(), Map.of());

  public StageInputs {
    version = version == null ? "" : version;
    settings = settings == null ? Map.of() : new TreeMap<>(settings);
    files = files == null ? Map.of() : new TreeMap<>(files);
  }

  /** What the names of a case's files begin with. */
  public static String ofCase(String set, String id) {
    return DATASET + set + "/" + id + "/";
  }

  /** The name of a file that a setting names. */
  public static String ofSetting(String setting) {
    return SETTINGS + setting;
  }

  /** The files of the dataset among them. */
  List<FileHash> ofDataset() {
    return files.entrySet().stream()
        .filter(file -> file.getKey().startsWith(DATASET))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Whether a case of a set is among them. */
  boolean hasCase(String set, String id) {
    return files.keySet().stream().anyMatch(name -> name.startsWith(ofCase(set, id)));
  }

  /** What other stages wrote, by its path in the run. */
  Map<String, FileHash> ofRun() {
    Map<String, FileHash> written = new TreeMap<>(files);
    written.keySet().removeIf(n -> n.startsWith(DATASET) || n.startsWith(SETTINGS));
    return written;
  }

  /** What is another than in {@code earlier}, in words; empty where all is the same. */
  List<String> changesSince(StageInputs earlier) {
    if (earlier.version.isEmpty()) {
      return List.of("it was done by a version that did not keep what a stage follows from");
    }
    if (!version.equals(earlier.version)) {
      return List.of("it was done by onelabel %s, this is %s".formatted(earlier.version, version));
    }
    List<String> changes = new ArrayList<>();
    for (String name : union(files.keySet(), earlier.files.keySet())) {
      FileHash before = earlier.files.get(name);
      FileHash now = files.get(name);
      if (!Objects.equals(before, now)) {
        changes.add(
            name + (before == null ? " is new" : now == null ? " is gone" : " was changed"));
      }
    }
    for (String name : union(settings.keySet(), earlier.settings.keySet())) {
      String before = Objects.requireNonNullElse(earlier.settings.get(name), "");
      String now = Objects.requireNonNullElse(settings.get(name), "");
      if (!before.equals(now)) {
        changes.add(name + change(before, now));
      }
    }
    return changes;
  }

  private static String change(String before, String now) {
    if (before.length() + now.length() > LONGEST_VALUE) {
      return " was changed";
    }
    if (before.isEmpty()) {
      return " is %s now".formatted(quoted(now));
    }
    return now.isEmpty()
        ? " was %s and is gone".formatted(quoted(before))
        : " was %s and is %s".formatted(quoted(before), quoted(now));
  }

  /** In quotes where the commas of a value would be taken for those between changes. */
  private static String quoted(String value) {
    return value.contains(",") ? "\u201c" + value + "\u201d" : value;
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new TreeSet<>(one);
    all.addAll(other);
    return all;
  }

  /** All of it in one number, hexadecimal. */
  public String digest() {
    return whole().sha256();
  }

  /**
   * What tells these inputs from others and nothing more: the size and the hash of all of them. A
   * stage's cases say no more, as each would name every file of the dataset.
   */
  public StageInputs inShort() {
    return new StageInputs(version, Map.of(), Map.of(WHOLE, whole()));
  }

  private FileHash whole() {
    byte[] text = Json.pretty(this).getBytes(StandardCharsets.UTF_8);
    return new FileHash(text.length, HexFormat.of().formatHex(FileHash.digest().digest(text)));
  }
}
