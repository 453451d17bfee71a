package org.onelabel.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.onelabel.pipeline.RunDirectory.Standing;
import org.onelabel.volumes.InputException;

/**
 * What a finished stage leaves in {@code stages/NAME.json}. A stage counts as finished only if its
 * manifest is there and every file it names is what the stage wrote.
 *
 * @param files by their path in the run directory
 * @param from the run of the same experiment that did the work; null where it is the run's own
 */
record StageManifest(
    String name,
    double seconds,
    Map<String, Entry> files,
    @JsonInclude(JsonInclude.Include.NON_NULL) String from) {

  /**
   * A file.
   *
   * @param sha256 in hexadecimal
   */
  record Entry(long bytes, String sha256) {}

  StageManifest {
    files = files == null ? Map.of() : new TreeMap<>(files);
  }

  /** Describes {@code file}, which lies in {@code root}. */
  static Entry describe(Path file) {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      long bytes = in.transferTo(OutputStream.nullOutputStream());
      return new Entry(bytes, HexFormat.of().formatHex(in.getMessageDigest().digest()));
    } catch (IOException e) {
      throw new InputException(file, "cannot be read: " + InputException.firstLine(e), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Compares the files under {@code root} with what was written. */
  Standing standing(Path root) {
    for (Map.Entry<String, Entry> named : files.entrySet()) {
      Path file = root.resolve(named.getKey()).normalize();
      // A manifest from elsewhere must not lead out of the run.
      boolean inside = file.startsWith(root.normalize()) && !Files.isSymbolicLink(file);
      if (!inside
          || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || !describe(file).equals(named.getValue())) {
        return new Standing.Damaged(named.getKey());
      }
    }
    return new Standing.Finished();
  }
}
