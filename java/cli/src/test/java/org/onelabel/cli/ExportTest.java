package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.onelabel.cli.CommandLineTest.Result;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;

/** What {@code export} writes for other tools, and what it refuses. */
@ResourceLock(Resources.SYSTEM_OUT)
class ExportTest {
  private static final int IGNORE = 2;
  private static final Geometry GRID =
      Geometry.of(18, 16, 17, Affine.of(-1, 0, 0, 3, 0, 1.5, 0, 4, 0, 0, 2, 5));
  private static final Geometry SHORTER =
      Geometry.of(16, 16, 17, Affine.of(-1, 0, 0, 3, 0, 1.5, 0, 4, 0, 0, 2, 5));

  @TempDir private static Path shared;
  private static Path data;
  private static Path run;

  @TempDir private Path folder;

  @BeforeAll
  static void train() throws IOException {
    data = shared.resolve("data");
    run = shared.resolve("run");
    Files.createDirectories(data);
    Files.writeString(
        data.resolve("dataset.json"),
        """
        {"name": "pieces", "channel_names": {"0": "MRI", "1": "T2"}, "numTraining": 1,
         "labels": {"background": 0, "piece": 1, "ignore": 2}, "file_ending": ".nii.gz"}
        """);
    image("imagesTr/a", GRID);
    byte[] labels = new byte[GRID.voxels()];
    Arrays.fill(labels, 0, labels.length / 2, (byte) 1);
    Arrays.fill(labels, 0, 7, (byte) IGNORE);
    VolumeFormats.NIFTI.write(data.resolve("labelsTr/a.nii.gz"), new LabelMap(GRID, labels));
    image("imagesUn/b", GRID);
    image("imagesUn/c", SHORTER);
    List<String> command =
        new ArrayList<>(List.of("run", "--device", "cpu", "--quiet", "--baseline", "supervised"));
    command.addAll(List.of("--data", data.toString(), "--out", run.toString()));
    for (String setting :
        List.of(
            "network.width=2",
            "training.iterations=2",
            "training.validateEvery=1",
            "training.patchVoxels=4096",
            "prediction.overlap=0",
            "report.volumes=1")) {
      command.addAll(List.of("--set", setting));
    }
    Result result = CommandLineTest.execute(command.toArray(String[]::new));
    assertEquals(0, result.exit(), result.err());
  }

  /** Two channels, a file each. */
  private static void image(String name, Geometry grid) {
    for (int channel = 0; channel < 2; channel++) {
      float[] voxels = new float[grid.voxels()];
      for (int i = 0; i < voxels.length; i++) {
        voxels[i] = (float) Math.sin(i + channel) + (i < voxels.length / 2 ? 3 : 0);
      }
      VolumeFormats.NIFTI.write(
          data.resolve("%s_%04d.nii.gz".formatted(name, channel)), new Volume(grid, voxels));
    }
  }

  private static Result export(String to, Path out, String... more) {
    String[] command = {"export", run.toString(), "--quiet", "--to", to, "--out", out.toString()};
    return CommandLineTest.execute(
        Stream.of(command, more).flatMap(Arrays::stream).toArray(String[]::new));
  }

  private static String[] data() {
    return new String[] {"--data", data.toString()};
  }

  private static void assertRefused(String cause, Result result) {
    assertEquals(2, result.exit(), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().contains(cause), result.err());
  }

  /** The rules of nnU-Net's documentation of dataset formats. */
  @Test
  void aTableWithoutSparkIsRefusedInALine() {
    Result result =
        CommandLineTest.execute(
            "export", run.toString(), "--to", "parquet", "--out", folder.resolve("t").toString());
    assertEquals(2, result.exit());
    assertEquals(
        "onelabel: --to parquet needs Apache Spark: spark-submit --class org.onelabel.spark.Main"
            + " onelabel-spark.jar export …",
        result.err().strip());
  }

  @Test
  void aTrainingSetHasNnunetsNamesValuesAndGrids() throws IOException {
    Path set = folder.resolve("raw/Dataset012_Pieces");
    Result result = export("nnunet", set);
    assertEquals(0, result.exit(), result.err());
    assertTrue(result.out().contains("2 volumes of the pool"), result.out());
    JsonNode json = new ObjectMapper().readTree(set.resolve("dataset.json").toFile());
    assertEquals("{\"0\":\"MRI\",\"1\":\"T2\"}", json.get("channel_names").toString());
    assertEquals("{\"background\":0,\"piece\":1,\"ignore\":2}", json.get("labels").toString());
    assertEquals(3, json.get("numTraining").asInt());
    assertEquals(".nii.gz", json.get("file_ending").asText());
    assertEquals(List.of("a.nii.gz", "b.nii.gz", "c.nii.gz"), names(set.resolve("labelsTr")));
    assertEquals(6, names(set.resolve("imagesTr")).size());
    for (String id : List.of("a", "b", "c")) {
      LabelMap label = VolumeFormats.NIFTI.readLabels(set.resolve("labelsTr/" + id + ".nii.gz"));
      assertTrue(label.highest() <= IGNORE);
      for (int channel = 0; channel < 2; channel++) {
        String name = "%s_%04d.nii.gz".formatted(id, channel);
        Path image = set.resolve("imagesTr").resolve(name);
        assertEquals(VolumeFormats.NIFTI.readGeometry(image).affine(), label.geometry().affine());
        assertTrue(VolumeFormats.NIFTI.readGeometry(image).sameShape(label.geometry()));
        Path source = data.resolve(id.equals("a") ? "imagesTr" : "imagesUn").resolve(name);
        assertArrayEquals(Files.readAllBytes(source), Files.readAllBytes(image));
      }
    }
    assertArrayEquals(
        VolumeFormats.NIFTI.readLabels(data.resolve("labelsTr/a.nii.gz")).labels(),
        VolumeFormats.NIFTI.readLabels(set.resolve("labelsTr/a.nii.gz")).labels());
    assertArrayEquals(
        Files.readAllBytes(run.resolve("predictions/b.nii.gz")),
        Files.readAllBytes(set.resolve("labelsTr/b.nii.gz")));
    assertEquals(
        List.of(
            "case,label,estimated_dice,used",
            "\"a\",annotated,,yes",
            "\"b\",predicted,,yes",
            "\"c\",predicted,,yes"),
        Files.readAllLines(set.resolve("cases.csv")));
    assertRefused("is not empty", export("nnunet", set, data()));
  }

  @Test
  void whatCannotBeATrainingSetIsRefusedAndNothingIsWritten() throws IOException {
    Path set = folder.resolve("Dataset001_A");
    assertRefused("such as Dataset001_Heart", export("nnunet", folder.resolve("set"), data()));
    assertRefused(
        "has no estimated Dice of its pool",
        export("nnunet", set, "--data", data.toString(), "--at-least", "0.5"));
    assertRefused(
        "a Dice is 0 to 1", export("nnunet", set, "--data", data.toString(), "--at-least", "70"));
    assertRefused("lies in the run", export("nnunet", run.resolve("Dataset001_A"), data()));
    assertRefused("lies in the dataset", export("nnunet", data.resolve("Dataset001_A"), data()));
    Path other = folder.resolve("other");
    for (String part : List.of("imagesTr", "labelsTr")) {
      Files.createDirectories(other.resolve(part));
      for (String name : names(data.resolve(part))) {
        Files.copy(data.resolve(part).resolve(name), other.resolve(part).resolve(name));
      }
    }
    Files.copy(data.resolve("dataset.json"), other.resolve("dataset.json"));
    for (String name : List.of("b_0000.nii.gz", "b_0001.nii.gz")) {
      Files.createDirectories(other.resolve("imagesUn"));
      Files.copy(data.resolve("imagesUn").resolve(name), other.resolve("imagesUn").resolve(name));
    }
    assertRefused(
        "is not the dataset of the run", export("nnunet", set, "--data", other.toString()));
    assertEquals(List.of("other"), names(folder));
  }

  @Test
  void aNetworkFileSaysHowScansArePrepared() throws IOException {
    Path file = folder.resolve("network.pt");
    Result result = export("torchscript", file);
    assertEquals(0, result.exit(), result.err());
    try (ZipFile zip = new ZipFile(file.toFile())) {
      JsonNode json =
          new ObjectMapper()
              .readTree(zip.getInputStream(zip.getEntry("Network/extra/preparation.json")));
      assertEquals("[\"background\",\"piece\"]", json.get("classes").toString());
      assertEquals("[1.0,1.5,2.0]", json.get("spacing").toString());
      assertEquals(2, json.get("intensities").size());
      assertEquals("per-scan", json.get("intensities").get(0).get("kind").asText());
      assertEquals(3, json.get("windows").get("patch").size());
      assertEquals(0, json.get("windows").get("overlap").asDouble());
    }
    assertRefused("must end in .pt", export("torchscript", folder.resolve("network.pth")));
    assertRefused("--data is for --to nnunet", export("torchscript", file, data()));
    assertRefused("lies in the run", export("torchscript", run.resolve("network.pt")));
  }

  @Test
  void anOnnxFileSaysTheSame() throws IOException, OrtException {
    Path file = folder.resolve("network.onnx");
    Result result = export("onnx", file);
    assertEquals(0, result.exit(), result.err());
    assertTrue(result.out().contains("logits of background, piece"), result.out());
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      String text = session.getMetadata().getCustomMetadata().get("preparation.json");
      JsonNode json = new ObjectMapper().readTree(text);
      assertEquals("[\"background\",\"piece\"]", json.get("classes").toString());
      assertEquals("[1.0,1.5,2.0]", json.get("spacing").toString());
      assertEquals(3, json.get("windows").get("multiple").size());
    }
    assertRefused("must end in .onnx", export("onnx", folder.resolve("network.pt")));
    assertRefused("--at-least is for --to nnunet", export("onnx", file, "--at-least", "0.5"));
    assertRefused("lies in the run", export("onnx", run.resolve("network.onnx")));
  }

  @Test
  void whatIsNoFormatOrHasNoNetworkIsRefused() throws IOException {
    Result unknown = export("keras", folder.resolve("network.onnx"));
    assertEquals(2, unknown.exit());
    assertTrue(unknown.err().contains("Invalid value for option '--to'"), unknown.err());
    Path unfinished = folder.resolve("unfinished");
    Files.createDirectories(unfinished);
    for (String name : List.of("run.json", "configuration.json")) {
      Files.copy(run.resolve(name), unfinished.resolve(name));
    }
    for (String format : List.of("torchscript", "onnx")) {
      Path file = folder.resolve(format.equals("onnx") ? "network.onnx" : "network.pt");
      String[] command = {
        "export", unfinished.toString(), "--quiet", "--to", format, "--out", file.toString()
      };
      assertRefused("is not finished (selection)", CommandLineTest.execute(command));
    }
    assertEquals(List.of("unfinished"), names(folder));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
