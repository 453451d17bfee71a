package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The pages of commands and settings are what the program has. */
class ReferencePagesTest {

  @Test
  void everyPageIsCurrent() throws IOException {
    Path repository = Path.of(System.getProperty("onelabel.repository"));
    for (Map.Entry<Path, String> page : ReferencePages.of(repository).entrySet()) {
      assertEquals(
          page.getValue(),
          Files.readString(page.getKey()),
          page.getKey() + " is not what the program has: run tools/reference-pages");
    }
  }
}
