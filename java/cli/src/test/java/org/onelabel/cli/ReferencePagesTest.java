package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The pages of commands and settings in {@code docs/reference} are what the program has. {@code
 * tools/reference-pages} sets {@code onelabel.write}, with which they are written anew.
 */
class ReferencePagesTest {
  private static final Path REPOSITORY = Path.of(System.getProperty("onelabel.repository"));

  @Test
  void thePageOfCommandsIsCurrent() throws IOException {
    check("commands.md", CommandsPage.text());
  }

  @Test
  void thePageOfSettingsIsCurrent() throws IOException {
    check("settings.md", SettingsPage.text(REPOSITORY));
  }

  private static void check(String name, String expected) throws IOException {
    Path page = REPOSITORY.resolve("docs/reference").resolve(name);
    if (Boolean.getBoolean("onelabel.write")) {
      Files.writeString(page, expected);
    }
    assertEquals(
        expected,
        Files.readString(page),
        "docs/reference/%s is not what the program has: run tools/reference-pages".formatted(name));
  }
}
