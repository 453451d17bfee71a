package org.onelabel.cli.review;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.onelabel.volumes.InputException;

/** The files that the page is made of. */
final class PageFiles {
  /** NiiVue, which the build fetches where it can. */
  private static final String VIEWER = "niivue.js";

  private static final String SCRIPT = "text/javascript";

  private static final Map<String, String> TYPES =
      Map.of(
          "page.html",
          "text/html",
          "page.css",
          "text/css",
          "page.js",
          SCRIPT,
          "server.js",
          SCRIPT,
          "viewer.js",
          SCRIPT,
          VIEWER,
          SCRIPT);

  private PageFiles() {}

  static void requireViewer() {
    if (PageFiles.class.getResource(VIEWER) == null) {
      throw new InputException(
          "review needs NiiVue, which this command line was built without: install npm (Debian:"
              + " apt-get install npm), then build again with mvn package -DskipTests");
    }
  }

  /** A file of the page by its name; the page itself without one. */
  static Optional<Reply> named(String name) {
    String file = name.isEmpty() ? "page.html" : name;
    return Optional.ofNullable(TYPES.get(file)).map(type -> Reply.text(type, read(file)));
  }

  private static byte[] read(String file) {
    try (InputStream in = PageFiles.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
