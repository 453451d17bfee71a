package org.onelabel.pipeline;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.ManifestFile;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageInputs;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.volumes.InputException;

/** Whatever a settings file or a run's own files hold, they are read or refused. */
class HostileRunFuzzTest {
  @TempDir private static Path folder;

  @FuzzTest
  void settings(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("settings.json"), bytes);
    try {
      Configuration.of("quick", "", Optional.of(file), Map.of());
    } catch (InputException _) {
      // Refused.
    }
  }

  @FuzzTest
  void manifest(byte[] bytes) throws IOException {
    Path root = folder.resolve("run");
    Files.createDirectories(root.resolve("stages"));
    Files.writeString(root.resolve("configuration.json"), "{}");
    Files.write(root.resolve("stages/features.json"), bytes);
    RunDirectory run = RunDirectory.open(root);
    ManifestFile manifest = run.manifests().of(StageName.Kind.FEATURES.once());
    manifest.standing(StageInputs.UNKNOWN);
    try {
      run.model();
    } catch (InputException _) {
      // Refused.
    }
    manifest.redo();
    manifest.done(StageInputs.UNKNOWN, 1, Map.of());
  }

  @FuzzTest
  void configuration(byte[] bytes) throws IOException {
    Path root = Files.createDirectories(folder.resolve("other"));
    Files.write(root.resolve("configuration.json"), bytes);
    try {
      RunDirectory.open(root).configuration();
    } catch (InputException _) {
      // Refused.
    }
  }
}
