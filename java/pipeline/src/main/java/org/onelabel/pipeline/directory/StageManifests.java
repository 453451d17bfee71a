package org.onelabel.pipeline.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Dataset;

/** What the finished stages of a run left of themselves. */
public final class StageManifests {
  private static final String ENDING = ".json";

  private final RunDirectory run;

  StageManifests(RunDirectory run) {
    this.run = run;
  }

  /** A stage's. */
  public ManifestFile of(StageName stage) {
    return of(stage.toString());
  }

  private ManifestFile of(String name) {
    return new ManifestFile(run, run.file("stages", name + ENDING), name);
  }

  /** That of one case of a stage, which is there until the stage is finished. */
  public ManifestFile of(StageName stage, String id) {
    return new ManifestFile(
        run, run.file("stages", stage.toString(), id + ENDING), stage + "/" + id);
  }

  /** Forgets the cases of a stage that is finished: its own manifest has all their files. */
  public void forgetCases(StageName stage) {
    Path folder = run.file("stages", stage.toString());
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> cases = Files.list(folder)) {
      for (Path each : cases.toList()) {
        Files.delete(each);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new InputException(folder, "cannot be deleted: " + InputException.firstLine(e), e);
    }
  }

  /** Names of what was finished once, sorted; what is no stage's name is among them. */
  public List<String> names() {
    Path folder = run.file("stages");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ENDING) && !name.startsWith("."))
          .map(name -> name.substring(0, name.length() - ENDING.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new InputException(folder, "cannot be listed: " + e.getMessage(), e);
    }
  }

  private List<StageManifest> all() {
    return names().stream().map(name -> of(name).read()).flatMap(Optional::stream).toList();
  }

  /** The files that stages wrote. */
  public Set<String> written(Collection<StageName> stages) {
    return written(stages.stream().map(s -> of(s).read()).flatMap(Optional::stream).toList());
  }

  private static Set<String> written(List<StageManifest> manifests) {
    return manifests.stream()
        .flatMap(m -> m.files().keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Seconds of each finished stage among {@code stages}, in their order. */
  public Map<String, Double> seconds(List<StageName> stages) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (StageName stage : stages) {
      of(stage).read().ifPresent(m -> seconds.put(stage.toString(), m.seconds()));
    }
    return seconds;
  }

  /** Files that are there and belong to nothing: no finished stage wrote them. */
  public Set<String> strays() {
    Set<String> known = written(all());
    try (Stream<Path> files = Files.walk(run.root())) {
      return files
          .filter(f -> !Files.isDirectory(f, LinkOption.NOFOLLOW_LINKS))
          .filter(f -> !f.getFileName().toString().startsWith("."))
          .map(run::name)
          .filter(f -> !f.matches("stages/([^/]+/)?[^/]*\\.json") && !RunNotes.has(f))
          .filter(f -> !known.contains(f))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new InputException(run.root(), "cannot be listed: " + e.getMessage(), e);
    }
  }

  /**
   * Refuses a dataset that has nothing in common with what the stages were made of: all would be
   * done anew, and what is there be lost.
   */
  public void requireRelated(Dataset dataset, InputFiles files) {
    List<StageInputs> known =
        all().stream()
            .map(StageManifest::inputs)
            .filter(inputs -> !inputs.ofDataset().isEmpty())
            .toList();
    if (known.isEmpty()) {
      return;
    }
    String template = dataset.template().id();
    boolean same =
        known.stream().anyMatch(inputs -> inputs.hasCase("template", template))
            && known.stream().anyMatch(inputs -> files.hasOneOf(inputs.ofDataset()));
    if (!same) {
      throw new InputException(
          run.root(),
          "was made of another dataset (another template, or no file in common); name another"
              + " folder for this one");
    }
  }

  /** Refuses a file that is no longer what the run wrote. */
  public static InputException changed(Path file) {
    return new InputException(
        file, "is not what the run made; continue the run with --resume first");
  }

  /**
   * Whether a stage wrote a file.
   *
   * @throws InputException if the stage, or one that it follows from, is not finished, or the file
   *     is no longer what it wrote
   */
  public boolean requireFinished(StageName stage, Path result) {
    return !requireFinished(stage, List.of(result)).isEmpty();
  }

  /** The same for many files: those that the stage wrote. */
  public List<Path> requireFinished(StageName stage, List<Path> results) {
    List<StageManifest> manifests = all();
    Map<String, StageManifest> writers = new HashMap<>();
    manifests.forEach(m -> m.files().keySet().forEach(file -> writers.put(file, m)));
    StageManifest last =
        manifests.stream()
            .filter(m -> m.name().equals(stage.toString()))
            .findFirst()
            .orElseThrow(() -> unfinished(stage.toString()));
    List<Path> written =
        results.stream().filter(result -> last.files().containsKey(run.name(result))).toList();
    for (Path result : written) {
      if (!last.isIntact(run.root(), run.name(result))) {
        throw changed(result);
      }
    }
    Deque<StageManifest> open = new ArrayDeque<>(List.of(last));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      StageManifest next = open.pop();
      if (next.redone()) {
        throw unfinished(next.name());
      }
      next.inputs()
          .ofRun()
          .forEach(
              (file, hash) -> {
                StageManifest writer = writers.get(file);
                if (writer == null || hash == null || !hash.equals(writer.files().get(file))) {
                  throw unfinished(writer == null ? next.name() : writer.name());
                }
                if (seen.add(writer.name())) {
                  open.add(writer);
                }
              });
    }
    return written;
  }

  private InputException unfinished(String stage) {
    return new InputException(
        run.root(), "is not finished (%s); continue it with --resume first".formatted(stage));
  }
}
