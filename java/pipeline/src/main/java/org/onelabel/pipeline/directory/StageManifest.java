package org.onelabel.pipeline.directory;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.onelabel.pipeline.files.FileHash;

/**
 * What a finished stage leaves in {@code stages/NAME.json}. A stage counts as finished only if its
 * manifest is there, every file it names is what the stage wrote, and its inputs are what they
 * were.
 *
 * @param inputs what it followed from
 * @param files it wrote, by their path in the run directory
 * @param from the run of the same experiment that did the work; null where it is the run's own
 * @param redone whether the stage was begun again and has not come to its end
 */
public record StageManifest(
    String name,
    double seconds,
    StageInputs inputs,
    Map<String, FileHash> files,
    @JsonInclude(JsonInclude.Include.NON_NULL) String from,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean redone) {

  public StageManifest {
    inputs = inputs == null ? StageInputs.UNKNOWN : inputs;
    files = files == null ? Map.of() : new TreeMap<>(files);
  }

  /** The same stage, begun again. */
  StageManifest begunAgain() {
    return new StageManifest(name, seconds, inputs, files, from, true);
  }

  /** The first file that is no longer what was written. */
  Optional<String> damaged(Path root) {
    return files.keySet().stream().filter(file -> !isIntact(root, file)).findFirst();
  }

  /** Whether a file is what the stage wrote. */
  public boolean isIntact(Path root, String name) {
    return isThere(root, name) && FileHash.of(root.resolve(name)).equals(files.get(name));
  }

  /** Whether a regular file is there; a manifest from elsewhere must not lead out of the run. */
  static boolean isThere(Path root, String name) {
    try {
      Path file = root.resolve(name).normalize();
      return file.startsWith(root.normalize())
          && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    } catch (InvalidPathException _) {
      return false;
    }
  }
}
