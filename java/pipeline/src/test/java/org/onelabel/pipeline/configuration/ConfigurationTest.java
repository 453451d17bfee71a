package org.onelabel.pipeline.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.pipeline.training.Supervision;
import org.onelabel.volumes.InputException;

public class ConfigurationTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"quick", "standard", "paper"})
  void everyPresetIsWholeAndReadBack(String preset) throws IOException {
    Configuration configuration = Configuration.of(preset, Map.of());
    assertEquals(preset, configuration.preset());
    Path file = Files.writeString(folder.resolve("c.json"), configuration.toJson());
    assertEquals(configuration, Configuration.read(file));
  }

  /** Else the fuzzer begins with what is refused at once. */
  @Test
  void theFuzzersWholeConfigurationIsWhole() throws URISyntaxException {
    URL seed =
        getClass()
            .getResource("/org/onelabel/pipeline/HostileRunFuzzTestInputs/configuration/whole");
    assertEquals(1, Configuration.read(Path.of(seed.toURI())).rounds());
  }

  @Test
  void fileChangesThePresetAndSettingsChangeTheFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.json"), "{\"rounds\": 5, \"training\": {\"iterations\": 7}}");
    Configuration configuration =
        Configuration.of(
            "quick", "", Optional.of(file), Map.of("training.iterations", "9", "template", "007"));
    assertEquals(5, configuration.rounds());
    assertEquals(9, configuration.training().length().iterations());
    assertEquals("007", configuration.cohort().template());
  }

  @ParameterizedTest
  @CsvSource({
    "training.attempts, 3, no setting named training.attempts",
    "training.iteration, 5, no setting named training.iteration",
    "training, 5, no setting named training",
    "nothing.at.all, 5, no setting named nothing.at.all",
    "training.iterations, many, training.iterations",
    "training.iterations, 2.5, training.iterations",
    "training.iterations, 0, training.iterations must be 1 at least",
    "propagation.kind, magic, propagation.kind",
    "training.clip, -1, training.clip must be positive",
    "training.learningRate, 0, training.learningRate must be positive",
    "training.warmUp, -1, training.warmUp must be 0 at least",
    "training.averageDecay, 2, training.averageDecay is 0 to 1",
    "training.consistency, -1, training.consistency must be 0 at least",
    "training.extensions, 101, training.extensions is 0 to 100",
    "training.first, all-labels, training.first must not be all-labels",
    "training.method, dtc, training.method dtc needs network.kind unet_3D_sdf",
    "encoder.kind, sam-med3d, encoder.kind sam-med3d needs encoder.file",
    "network.kind, sam-med3d, network.kind sam-med3d starts from a checkpoint",
    "rounds, null, rounds"
  })
  void wrongSettingsAreNamed(String name, String value, String cause) {
    InputException e =
        assertThrows(InputException.class, () -> Configuration.of("quick", Map.of(name, value)));
    assertTrue(e.getMessage().contains(cause), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.iterations | ten | is an integer, not \"ten\"",
        "training.iterations | 2.5 | is an integer, not 2.5",
        "training.iterations | 5 6 | is an integer, not \"5 6\"",
        "training.iterations | true | is an integer, not true",
        "training.iterations | '' | is an integer, not \"\"",
        "training.iterations | 99999999999 | is an integer up to 2147483647, not 99999999999",
        "seed | x | is an integer, not \"x\"",
        "rounds | null | is an integer, not null",
        "training.clip | much | is a number, not \"much\"",
        "training.clip | [1] | is a number, not [1]",
        "training.restart | yes | is true or false, not \"yes\"",
        "training.restart | 1 | is true or false, not 1",
        "propagation.kind | magic | is one of prototype, dense-knn, not \"magic\"",
        "propagation.kind | 1 | is one of prototype, dense-knn, not \"1\"",
        "network.kind | no | is one of unet_3D, unet_3D_sdf, vnet, sam-med3d, not \"no\"",
        "training.patch | big | is a list of integers such as 128,128,128, not \"big\"",
        "training.patch | 1,x,3 | is a list of integers such as 128,128,128, not \"1,x,3\"",
        "training.patch | 1,2.5,3 | is a list of integers such as 128,128,128, not [1,2.5,3]",
        "training.patch | 1,null,3 | is a list of integers such as 128,128,128, not [1,null,3]"
      })
  void aValueOfAnotherKindIsRefusedInPlainWords(String name, String value, String cause) {
    InputException e =
        assertThrows(InputException.class, () -> Configuration.of("quick", Map.of(name, value)));
    assertEquals(name + " " + cause, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"training\": 5} | training is a section of settings, not 5",
        "{\"training\": null} | training is a section of settings, not null",
        "{\"rounds\": {\"a\": 1}} | rounds is an integer, not {\"a\":1}",
        "{\"rounds\": \"2\"} | rounds is an integer, not \"2\"",
        "{\"network\": {\"file\": [1]}} | network.file is a text, not [1]",
        "{\"propagation\": {\"kind\": 1}} | propagation.kind is one of prototype, dense-knn, not 1",
        "{\"training\": {\"optimiser\": \"sgd\"}} "
            + "| no setting named training.optimiser: it is training.optimizer now"
      })
  void whatIsWrongInAFileIsSaidInPlainWords(String json, String cause) throws IOException {
    Path file = Files.writeString(folder.resolve("c.json"), json);
    InputException e =
        assertThrows(
            InputException.class, () -> Configuration.of("quick", "", Optional.of(file), Map.of()));
    assertEquals(file + ": " + cause, e.getMessage());
  }

  @Test
  void aSettingThatARunLacksIsNamed() throws IOException {
    String whole = Configuration.of("quick", Map.of()).toJson();
    String less = whole.replaceFirst("\"clip\" : [^,]*,", "");
    Path file = Files.writeString(folder.resolve("c.json"), less);
    InputException e = assertThrows(InputException.class, () -> Configuration.read(file));
    assertEquals(file + ": training.clip is missing", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "2, consensus, template-and-pool, TEMPLATE_ONLY",
    "1, consensus, template-and-pool, TEMPLATE_AND_POOL",
    "2, none, template-and-pool, TEMPLATE_AND_POOL",
    "2, region, template-and-pool, TEMPLATE_AND_POOL",
    "2, consensus, template-and-unlabelled, TEMPLATE_AND_UNLABELLED",
    "2, consensus, all-labels, ALL_LABELS"
  })
  void theFirstRoundIsTaughtByTheTemplateAloneWhereItsOpinionIsJoined(
      String rounds, String refinement, String supervision, Supervision first) {
    Configuration configuration =
        Configuration.of(
            "quick",
            Map.of(
                "rounds", rounds,
                "refinement.kind", refinement,
                "training.first", "template-only",
                "training.supervision", supervision));
    assertEquals(first, configuration.supervision(1));
    assertEquals(configuration.training().labels().supervision(), configuration.supervision(2));
  }

  @ParameterizedTest
  @CsvSource({
    "2, template-and-pool, 1, 1, 0.5",
    "2, template-and-pool, 0.1, 0.1, 0.1",
    "2, template-and-pool, 0, 0, 0",
    "1, template-and-pool, 1, 0.5, 0.5",
    "2, all-labels, 1, 0.5, 0.5"
  })
  void thePropagationCountsLessBesideANetworkThatLearntFromIt(
      String rounds, String supervision, String weight, double first, double second) {
    Configuration configuration =
        Configuration.of(
            "quick",
            Map.of(
                "rounds", rounds,
                "refinement.propagation", weight,
                "training.supervision", supervision));
    assertEquals(first, configuration.refinementWeight(1));
    assertEquals(second, configuration.refinementWeight(2));
  }

  @Test
  void aRunOfAnEarlierVersionWithAttemptsIsRefusedInOneLine() throws IOException {
    String now = Configuration.of("quick", Map.of()).toJson();
    String before = now.replace("\"confidencePower\"", "\"attempts\" : 3,\n\"confidencePower\"");
    Path file = Files.writeString(folder.resolve("c.json"), before);
    InputException e = assertThrows(InputException.class, () -> Configuration.read(file));
    assertTrue(e.getMessage().contains("training.attempts; "), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  /** Settings written {@code name=value;name=value}. */
  public static Map<String, String> assignments(String text) {
    return Arrays.stream(text.split(";", -1))
        .map(assignment -> assignment.split("=", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }
}
