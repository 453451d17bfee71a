package org.onelabel.pipeline.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.onelabel.pipeline.files.FileHash;

/** The one script of the report, and the policy that lets no other run and nothing be loaded. */
record PageScript(String text) {

  static PageScript read() {
    try (InputStream script =
        Objects.requireNonNull(PageScript.class.getResourceAsStream("slices.js"))) {
      return new PageScript(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A Content-Security-Policy: pictures are in the page, the script is the one of this hash. */
  String policy() {
    byte[] hash = FileHash.digest().digest(text.getBytes(StandardCharsets.UTF_8));
    return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-%s';"
            .formatted(Base64.getEncoder().encodeToString(hash))
        + " base-uri 'none'; form-action 'none'";
  }
}
