package org.onelabel.pipeline.directory;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.onelabel.pipeline.files.FileHash;
import org.onelabel.pipeline.files.Json;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.AtomicFile;

/** The manifest of a stage, or of one of its cases, in its run. */
public final class ManifestFile {
  private final RunDirectory run;
  private final Path file;
  private final String name;

  /**
   * A manifest that is there or is to be.
   *
   * @param name that it has to have
   */
  ManifestFile(RunDirectory run, Path file, String name) {
    this.run = run;
    this.file = file;
    this.name = name;
  }

  /** Its path in the run. */
  public String path() {
    return run.name(file);
  }

  /** The manifest; empty where there is none that can be read. */
  public Optional<StageManifest> read() {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(file, StageManifest.class)).filter(m -> name.equals(m.name()));
    } catch (InputException _) {
      // Damaged: as good as none.
      return Optional.empty();
    }
  }

  /** The manifest of what was finished, and was not begun again since. */
  public Optional<StageManifest> finished() {
    return read().filter(manifest -> !manifest.redone());
  }

  /** How what is to follow from {@code inputs} stands: every file it wrote is looked at. */
  public Standing standing(StageInputs inputs) {
    Optional<StageManifest> there = finished();
    if (there.isEmpty()) {
      return new Standing.Unfinished();
    }
    List<String> changes = inputs.changesSince(there.get().inputs());
    if (!changes.isEmpty()) {
      return new Standing.Outdated(changes);
    }
    Optional<String> damaged = there.get().damaged(run.root());
    return damaged.isPresent() ? new Standing.Damaged(damaged.get()) : new Standing.Finished();
  }

  /** It is done again; until it is {@link #done} it does not count as finished. */
  public void redo() {
    read().ifPresent(manifest -> Json.write(file, manifest.begunAgain()));
  }

  /**
   * Says that it is finished. Files that it wrote when it was done before, and now did not, are
   * deleted; those that were changed since are left.
   *
   * @param files it wrote, by their paths in the run
   * @return what is left of before
   */
  public Set<String> done(StageInputs inputs, double seconds, Map<String, FileHash> files) {
    return finish(new StageManifest(name, seconds, inputs, files, null, false));
  }

  private Set<String> finish(StageManifest manifest) {
    Set<String> left = new TreeSet<>();
    // Deleted first: after a kill between the two the stage is damaged, and done again.
    read()
        .ifPresent(
            before -> {
              Set<String> old = new TreeSet<>(before.files().keySet());
              old.removeAll(manifest.files().keySet());
              for (String each : old) {
                if (before.isIntact(run.root(), each)) {
                  run.delete(run.root().resolve(each));
                } else if (StageManifest.isThere(run.root(), each)) {
                  left.add(each);
                }
              }
            });
    Json.write(file, manifest);
    return left;
  }

  /**
   * Takes the work over from the same place of another run that did it with the same inputs, with
   * its seconds. The files are checked on both sides, as a process may be at work there.
   *
   * @return whether it is finished now
   */
  public boolean takeOver(StageInputs inputs, RunDirectory other) {
    ManifestFile place = new ManifestFile(other, other.root().resolve(path()), name);
    if (!(place.standing(inputs) instanceof Standing.Finished)) {
      return false;
    }
    Optional<StageManifest> theirs = place.read().filter(m -> m.inputs().equals(inputs));
    if (theirs.isEmpty()) {
      return false;
    }
    StageManifest manifest = theirs.get();
    redo();
    try {
      for (String each : manifest.files().keySet()) {
        AtomicFile.write(
            run.root().resolve(each), out -> Files.copy(other.root().resolve(each), out));
      }
    } catch (InputException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        // The other run is doing it again just now.
        return false;
      }
      throw e;
    }
    if (manifest.damaged(run.root()).isPresent()) {
      return false;
    }
    String from = manifest.from() == null ? other.name() : manifest.from();
    finish(new StageManifest(name, manifest.seconds(), inputs, manifest.files(), from, false));
    return true;
  }
}
