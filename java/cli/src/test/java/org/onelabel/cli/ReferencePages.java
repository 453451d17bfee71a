package org.onelabel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The pages in {@code docs/reference} that are made from the code. */
final class ReferencePages {
  private ReferencePages() {}

  /** The pages of a repository by their files. */
  static Map<Path, String> of(Path repository) throws IOException {
    Path folder = repository.resolve("docs/reference");
    return Map.of(
        folder.resolve("commands.md"), CommandsPage.text(),
        folder.resolve("settings.md"), SettingsPage.text(repository));
  }

  /** Writes the pages of the repository that is named: {@code tools/reference-pages} calls it. */
  public static void main(String[] arguments) throws IOException {
    for (Map.Entry<Path, String> page : of(Path.of(arguments[0])).entrySet()) {
      Files.writeString(page.getKey(), page.getValue());
    }
  }
}
