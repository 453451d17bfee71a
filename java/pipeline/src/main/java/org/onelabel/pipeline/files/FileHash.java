package org.onelabel.pipeline.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.onelabel.volumes.InputException;

/**
 * The content of a file in short.
 *
 * @param sha256 in hexadecimal
 */
public record FileHash(long bytes, String sha256) {

  /** Reads {@code file} whole: times and sizes do not tell whether it was changed. */
  public static FileHash of(Path file) {
    try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), digest())) {
      long bytes = in.transferTo(OutputStream.nullOutputStream());
      return new FileHash(bytes, HexFormat.of().formatHex(in.getMessageDigest().digest()));
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
