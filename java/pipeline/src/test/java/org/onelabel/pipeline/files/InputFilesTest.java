package org.onelabel.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Case;

class InputFilesTest {
  @TempDir private Path folder;

  private Case source() throws IOException {
    Path image = Files.writeString(folder.resolve("image.nii"), "image");
    Path label = Files.writeString(folder.resolve("label.nii"), "label");
    return new Case("one", List.of(image), Optional.of(label));
  }

  @Test
  void whatAnotherProcessFoundCounts() throws IOException {
    Case source = source();
    List<FileHash> found = source.files().stream().map(FileHash::of).toList();
    InputFiles files = InputFiles.unseen();
    files.add(source, found);
    files.requireUnchanged();
    Files.writeString(source.label().orElseThrow(), "other");
    assertEquals(found.getLast(), files.hash(source.label().orElseThrow()));
    assertChanged("label.nii", files::requireUnchanged);
  }

  @Test
  void aFileThatAnotherProcessFoundOtherwiseWasChanged() throws IOException {
    Case source = source();
    InputFiles files = InputFiles.unseen();
    FileHash image = files.hash(source.images().getFirst());
    assertChanged("image.nii", () -> files.add(source, List.of(image)));
    assertChanged("image.nii", () -> files.add(source, List.of(new FileHash(5, "other"), image)));
  }

  private static void assertChanged(String file, Runnable look) {
    String said = assertThrows(InputException.class, look::run).getMessage();
    assertTrue(said.contains(file + ": was changed while it was worked with"), said);
  }
}
