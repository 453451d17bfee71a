package org.onelabel.pipeline.files;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * The content of a file in short.
 *
 * @param sha256 in hexadecimal
 */
public record FileHash(long bytes, String sha256) implements Serializable {

  /**
   * Reads {@code file} whole: times and sizes do not tell whether it was changed. Of a volume in
   * several files, all of them one after the other.
   */
  public static FileHash of(Path file) {
    MessageDigest digest = digest();
    long bytes = 0;
    for (Path part : VolumeFormats.files(file)) {
      bytes += add(part, digest);
    }
    return new FileHash(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  private static long add(Path file, MessageDigest digest) {
    try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      return in.transferTo(OutputStream.nullOutputStream());
    } catch (NoSuchFileException e) {
      throw new InputException(file, "no such file", e);
    } catch (IOException e) {
      throw new InputException(file, "cannot be read: " + InputException.firstLine(e), e);
    }
  }

  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
