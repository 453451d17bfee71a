package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.configuration.Presets;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;

@ResourceLock(Resources.SYSTEM_OUT)
class CommandLineTest {
  private static final Geometry GRID = Geometry.of(12, 12, 12, Affine.ofSpacing(1, 1, 1));

  @TempDir private Path folder;
  private Path data;
  private Path out;

  record Result(int exit, String out, String err) {}

  static Result execute(String... arguments) {
    PrintStream oldOut = System.out;
    PrintStream oldErr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int exit = Main.execute(arguments);
      return new Result(
          exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(oldOut);
      System.setErr(oldErr);
    }
  }

  @BeforeEach
  void makeDataset() {
    data = folder.resolve("data");
    out = folder.resolve("run");
    image("imagesTr/a_0000");
    label("labelsTr/a", GRID);
    image("imagesUn/b_0000");
  }

  private void image(String name) {
    float[] voxels = new float[GRID.voxels()];
    for (int i = 0; i < voxels.length; i++) {
      voxels[i] = (float) Math.sin(i);
    }
    VolumeFormats.NIFTI.write(data.resolve(name + ".nii.gz"), new Volume(GRID, voxels));
  }

  private void label(String name, Geometry geometry) {
    byte[] labels = new byte[geometry.voxels()];
    Arrays.fill(labels, 0, labels.length / 4, (byte) 1);
    VolumeFormats.NIFTI.write(data.resolve(name + ".nii.gz"), new LabelMap(geometry, labels));
  }

  /** The run is refused with exit code 2 and one line, and leaves nothing. */
  private void assertRefused(String cause, String... more) {
    String[] arguments = {"run", "--data", data.toString(), "--out", out.toString(), "--quiet"};
    String[] all = Stream.of(arguments, more).flatMap(Arrays::stream).toArray(String[]::new);
    Result result = execute(all);
    assertEquals(2, result.exit, result.err);
    assertEquals(1, result.err.lines().count(), result.err);
    assertTrue(result.err.contains(cause), result.err);
    assertFalse(Files.exists(out), "nothing is written");
  }

  @Test
  void someKernelsAreCheckedAlone() {
    Result some = execute("kernels", "check", "--kernels", "summary,entropy", "--cases", "3");
    assertEquals(0, some.exit, some.err);
    assertEquals(
        List.of("entropy", "summary"),
        some.out.lines().skip(1).map(line -> line.split(" ", 2)[0]).toList());
    Result unknown = execute("kernels", "check", "--kernels", "sumary");
    assertEquals(2, unknown.exit);
    assertTrue(unknown.err.startsWith("onelabel: no kernel named sumary; there are "), unknown.err);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "run",
        "predict",
        "evaluate",
        "inspect",
        "experiment",
        "suggest-template",
        "checkpoint",
        "checkpoint inspect",
        "checkpoint convert",
        "kernels",
        "kernels list",
        "kernels check",
        "kernels bench",
        "kernels try"
      })
  void everyCommandHasHelp(String command) {
    Result result = execute((command + " --help").strip().split(" ", -1));
    assertEquals(0, result.exit);
    assertTrue(result.out.startsWith("Usage: onelabel"), result.out);
    assertEquals("", result.err);
  }

  @Test
  void unknownOptionsAndMissingOnesAreTheUsersMistakes() {
    assertEquals(2, execute("run", "--dta", "x").exit);
    assertEquals(2, execute("run").exit);
    assertEquals(2, execute("fly").exit);
    assertEquals(2, execute().exit);
    assertEquals(2, execute("kernels", "check", "--cases", "0").exit);
  }

  @Test
  void absentTemplatePoolOrChannelIsNamed() throws IOException {
    Files.delete(data.resolve("labelsTr/a.nii.gz"));
    assertRefused("no template");
    label("labelsTr/a", GRID);
    Files.delete(data.resolve("imagesUn/b_0000.nii.gz"));
    assertRefused("the pool is empty");
    image("imagesTr/c_0000");
    label("labelsTr/c", GRID);
    assertRefused("all 2 cases are labelled (a, c");
    Files.writeString(data.resolve("dataset.json"), "{\"modality\": {\"0\": \"a\", \"1\": \"b\"}}");
    assertRefused("misses channel 1");
    data = folder.resolve("nowhere");
    assertRefused("no such folder");
  }

  @Test
  void brokenFilesAreNamedBeforeAnythingIsWritten() throws IOException {
    Path pool = data.resolve("imagesUn/b_0000.nii.gz");
    byte[] good = Files.readAllBytes(pool);
    Files.writeString(pool, "this is no scan");
    assertRefused("b_0000.nii.gz: not a NIfTI file");
    Files.write(pool, Arrays.copyOf(good, good.length / 2));
    assertRefused("b_0000.nii.gz: the file ends too early");
    Files.delete(pool);
    Path plain = data.resolve("imagesUn/b_0000.nii");
    VolumeFormats.NIFTI.write(plain, new Volume(GRID, new float[GRID.voxels()]));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(plain)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(42, (short) 9999);
    Files.write(plain, bytes.array());
    assertRefused("the file cannot hold them");
    bytes.putShort(42, (short) 12).putFloat(352 + 400, Float.NaN);
    Files.write(plain, bytes.array());
    assertRefused("is NaN, not a number");
    Files.delete(plain);
    image("imagesUn/b_0000");
    label("labelsTr/a", Geometry.of(12, 12, 10, Affine.ofSpacing(1, 1, 1)));
    assertRefused("the label is 12×12×10 voxels, its image 12×12×12");
  }

  @Test
  void datasetsThatAreNotClearAreRefused() throws IOException {
    image("imagesTs/b_0000");
    assertRefused("imagesTs/b_0000.nii.gz: is case b, as");
    Files.delete(data.resolve("imagesTs/b_0000.nii.gz"));
    image("imagesUn/b_0001");
    assertRefused("b_0001.nii.gz: case b has 2 channels, the template a has 1");
    Files.delete(data.resolve("imagesUn/b_0001.nii.gz"));
    label("labelsTr/a_0000", GRID);
    assertRefused("a_0000.nii.gz: is a label of case a, as a.nii.gz is");
    Files.delete(data.resolve("labelsTr/a_0000.nii.gz"));
    byte[] labels = new byte[GRID.voxels()];
    VolumeFormats.NIFTI.write(data.resolve("labelsTr/a.nii.gz"), new LabelMap(GRID, labels));
    assertRefused("labelsTr/a.nii.gz: the template's label holds no structure");
    labels[0] = 3;
    labels[1] = 1;
    VolumeFormats.NIFTI.write(data.resolve("labelsTr/a.nii.gz"), new LabelMap(GRID, labels));
    assertRefused("no voxel of class 2 (structure 2); its classes are 0, 1, 3");
    label("labelsTr/a", GRID);
    VolumeFormats.NIFTI.write(data.resolve("labelsUnHidden/b.nii.gz"), new LabelMap(GRID, labels));
    assertRefused("labelsTr/a.nii.gz: the template's highest class is 1, but");
    Files.writeString(data.resolve("dataset.json"), "{\"labels\": {\"b\": 0, \"x\": [1, 2]}}");
    assertRefused("dataset.json: label x is the region [1,2]");
  }

  @Test
  void aLabelElsewhereIsRefusedWithBothPlaces() {
    Affine away = Affine.of(1, 0, 0, 50, 0, 1, 0, 0, 0, 0, 1, 0);
    label("labelsTr/a", Geometry.of(12, 12, 12, away));
    assertRefused("they do not lie on one grid: affine [1.0, 0.0, 0.0, 50.0");
  }

  @Test
  void noRunIsMadeInItsDataset() {
    out = data.resolve("imagesUn/run");
    assertRefused("lies in the dataset");
    out = data.resolve("run");
    assertRefused("lies in the dataset");
    Result experiment =
        execute("experiment", "--data", data.toString(), "--out", out.toString(), "--quiet");
    assertEquals(2, experiment.exit, experiment.err);
    assertFalse(Files.exists(out));
  }

  @Test
  void evaluationSaysHowItTookNamesAndKeepsItsInputs() throws IOException {
    Path truth = folder.resolve("truth");
    Path predictions = folder.resolve("predictions");
    Files.createDirectories(truth);
    Files.createDirectories(predictions);
    for (int i = 0; i < 3; i++) {
      Path label = data.resolve("labelsTr/a.nii.gz");
      Files.copy(label, truth.resolve("scan_%04d.nii.gz".formatted(i)));
      Files.copy(label, predictions.resolve("scan_%04d.nii.gz".formatted(i)));
    }
    Files.copy(data.resolve("labelsTr/a.nii.gz"), truth.resolve("c_0000.nii.gz"));
    Files.copy(data.resolve("labelsTr/a.nii.gz"), predictions.resolve("c.nii.gz"));
    Files.writeString(predictions.resolve("d.mgz"), "x");
    String[] compare = {
      "evaluate", "--predictions", predictions.toString(), "--truth", truth.toString()
    };
    Result result = execute(compare);
    assertEquals(0, result.exit, result.err);
    assertTrue(result.out.contains("mean of 4"), result.out);
    assertEquals(2, result.err.lines().count(), result.err);
    assertTrue(result.err.contains("d.mgz (a format that is not read)"), result.err);
    assertTrue(result.err.contains("c_0000.nii.gz is taken for the truth of"), result.err);

    Path json = folder.resolve("link.json");
    Files.createSymbolicLink(json, truth.resolve("c_0000.nii.gz"));
    for (Path out : List.of(truth.resolve("c_0000.nii.gz"), json)) {
      String[] all = Arrays.copyOf(compare, compare.length + 2);
      all[compare.length] = "--out";
      all[compare.length + 1] = out.toString();
      Result refused = execute(all);
      assertEquals(2, refused.exit, refused.err);
      assertEquals(1, refused.err.lines().count(), refused.err);
    }
    assertTrue(Files.isSymbolicLink(json));
  }

  @Test
  void scansToChooseFromNeedClearNames() {
    image("scans/scan_0000");
    image("scans/scan_0001");
    String[] command = {"suggest-template", "--images", data.resolve("scans").toString()};
    Result unclear = execute(command);
    assertEquals(2, unclear.exit, unclear.err);
    assertEquals(1, unclear.err.lines().count(), unclear.err);
    assertTrue(unclear.err.contains("scan_0001.nii.gz: stands beside scan_0000"), unclear.err);
    String[] plain = Arrays.copyOf(command, command.length + 3);
    plain[command.length] = "--naming";
    plain[command.length + 1] = "plain";
    plain[command.length + 2] = "--quiet";
    Result ranked = execute(plain);
    assertEquals(0, ranked.exit, ranked.err);
    assertTrue(ranked.out.contains("scan_0001"), ranked.out);
  }

  @Test
  void aBrokenTestScanIsFoundBeforeTraining() throws IOException {
    Files.createDirectories(data.resolve("imagesTs"));
    Files.writeString(data.resolve("imagesTs/t_0000.nii.gz"), "no scan");
    assertRefused("t_0000.nii.gz: not a NIfTI file");
  }

  @Test
  void wrongSettingsAreNamed() {
    assertRefused("no setting named training.steps", "--set", "training.steps=3");
    assertRefused("no preset named slow", "--preset", "slow");
    assertRefused("no labelled case is named z", "--set", "template=z");
    assertRefused(
        "none.pth: no such file", "--baseline", "semisam", "--set", "training.generalist=none.pth");
  }

  private Result evaluate(String... more) {
    String labels = data.resolve("labelsTr").toString();
    String[] arguments = {"evaluate", "--predictions", labels, "--truth", labels};
    return execute(Stream.of(arguments, more).flatMap(Arrays::stream).toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--preset quick",
        "--baseline supervised",
        "--config settings.json",
        "--seed 1",
        "--set rounds=2"
      })
  void aRunThatIsContinuedTakesNoSettings(String option) {
    String[] words = ("--resume " + option).split(" ", -1);
    assertRefused(words[1] + " cannot apply", words);
  }

  @Test
  void whatHasNoSayIsRefused() {
    assertRefused("--seed and --set seed", "--seed", "1", "--set", "seed=2");
    assertRefused("preset is chosen with --preset", "--set", "preset=paper");
    assertRefused("baseline is chosen with --baseline", "--set", "baseline=dan");
    for (String[] options :
        new String[][] {
          {"--set", "seed=3", "--seeds"},
          {"--set", "encoder.kind=pool", "--encoders"},
          {"--methods=dan", "--refinements=region", "--refinements"},
          {"--methods=dan", "--encoders=pool", "--encoders"}
        }) {
      Result result =
          execute(
              "experiment",
              "--data",
              data.toString(),
              "--out",
              out.toString(),
              options[0],
              options[1]);
      assertEquals(2, result.exit, result.err);
      assertEquals(1, result.err.lines().count(), result.err);
      assertTrue(result.err.contains(options[2]), result.err);
      assertFalse(Files.exists(out), "nothing is written");
    }
  }

  @Test
  void anExperimentWithABrokenScanLeavesNothing() throws IOException {
    Files.writeString(data.resolve("imagesUn/b_0000.nii.gz"), "no scan");
    Result result =
        execute(
            "experiment",
            "--data",
            data.toString(),
            "--out",
            out.toString(),
            "--methods",
            "supervised",
            "--quiet");
    assertEquals(2, result.exit, result.err);
    assertEquals(1, result.err.lines().count(), result.err);
    assertFalse(Files.exists(out), "nothing is written");
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder").resolve("e.json");
    Result result = evaluate("--out", file.toString());
    assertEquals(2, result.exit);
    assertEquals(2, result.err.lines().count(), result.err);
    assertTrue(result.err.contains("is compared with itself"), result.err);
    assertTrue(result.err.contains(file + ": cannot be written"), result.err);
  }

  @Test
  void evaluationOfTheTruthItselfIsPerfect() throws IOException {
    Path json = folder.resolve("e.json");
    Result result = evaluate("--out", json.toString());
    assertEquals(0, result.exit, result.err);
    assertTrue(
        result.out.lines().anyMatch(l -> l.matches("a +1( +1\\.0000){2}( +0\\.000){3}")),
        result.out);
    assertTrue(
        result.out.lines().anyMatch(l -> l.startsWith("mean of 1 case           all")), result.out);
    assertTrue(Files.readString(json).contains("\"hd95\" : 0.0"));
  }

  @Test
  void helpNamesAllThatThereIsToChoose() {
    String run = execute("run", "--help").out.replaceAll("\\s+", " ");
    assertTrue(run.contains(String.join(", ", Presets.BASELINES)), run);
    assertTrue(run.contains(String.join(", ", Presets.NAMES)), run);
    String experiment = execute("experiment", "--help").out.replaceAll("\\s+", " ");
    assertTrue(experiment.contains("descriptors, pool, file, sam-med3d"), experiment);
    assertTrue(experiment.contains("none, volume, region, consensus"), experiment);
    // Lines may break behind the dot of an ending.
    String predict = execute("predict", "--help").out.replaceAll("\\s+", "");
    assertTrue(predict.contains("Ascan(.nii,.nii.gz,.h5,.nrrd,.nhdr,.mhaor.mhd,"), predict);
    assertTrue(predict.contains("Alabelfile(.nii,.nii.gz,.nrrdor.mha)"), predict);
  }

  @Test
  void evaluationSaysWhichHausdorffDistanceItMeans() throws IOException {
    Path json = folder.resolve("e.json");
    for (String kind : List.of("pooled", "max")) {
      Result result = evaluate("--hd95", kind, "--out", json.toString());
      assertEquals(0, result.exit, result.err);
      assertEquals(
          kind.equals("pooled"), result.out.contains("pooled distances of both directions"));
      assertEquals(kind.equals("max"), result.out.contains("larger of the two directions'"));
      assertTrue(Files.readString(json).contains("\"hd95\" : \"" + kind + "\""));
    }
    String help = execute("evaluate", "--help").out.replaceAll("\\s+", " ");
    assertTrue(help.contains("95th percentile of the distances of both directions together"), help);
    assertEquals(2, evaluate("--hd95", "mean").exit);
    Result ignored = evaluate("--ignore", "0");
    assertEquals(2, ignored.exit);
    assertEquals(1, ignored.err.lines().count(), ignored.err);
  }

  @Test
  void inspectShowsTheGrid() {
    Result result = execute("inspect", data.resolve("labelsTr/a.nii.gz").toString());
    assertEquals(0, result.exit);
    assertTrue(result.out.contains("12×12×12"), result.out);
    assertTrue(result.out.contains("RAS"), result.out);
    assertTrue(result.out.contains("value 1"), result.out);
    assertEquals(2, execute("inspect", folder.resolve("nothing.nii").toString()).exit);
  }

  @Test
  void aKernelIsTimedAndTheResultWritten() throws IOException {
    Path json = folder.resolve("bench.json");
    Result bench =
        execute(
            "kernels",
            "bench",
            "--kernel",
            "knn",
            "--queries",
            "64",
            "--database",
            "300",
            "--dim",
            "24",
            "--metric",
            "squared-l2",
            "--repeat",
            "3",
            "--isa",
            "baseline",
            "--json",
            json.toString());
    assertEquals(0, bench.exit, bench.err);
    String written = Files.readString(json);
    for (String key :
        new String[] {
          "kernel",
          "implementation",
          "isa",
          "threads",
          "shape",
          "median_seconds",
          "gflops",
          "gbytes_per_second",
          "bound_fraction"
        }) {
      assertTrue(written.contains('"' + key + '"'), key);
    }
    assertTrue(written.contains("\"baseline\""), written);
    assertEquals(2, execute("kernels", "bench", "--kernel", "knn", "--k", "0").exit);
    assertEquals(2, execute("kernels", "bench", "--kernel", "knn", "--isa", "avx3").exit);
    assertEquals(2, execute("kernels", "bench", "--kernel", "knn", "--metric", "l7").exit);
  }

  @Test
  void aCandidateKernelIsHeldAgainstFloat64() throws IOException {
    assumeTrue(hasCompiler(), "skipped: no C++ compiler");
    Path example =
        Path.of(System.getProperty("onelabel.repository"))
            .resolve("native/examples/candidate_cosine.cpp");
    Result good = execute("kernels", "try", example.toString(), "--repeat", "1", "--cases", "40");
    assertEquals(0, good.exit, good.out + good.err);
    assertTrue(good.out.contains("prototype-cosine"), good.out);
    assertTrue(good.out.contains("candidate"), good.out);
    assertFalse(good.out.contains("entropy"), "only what the candidate replaces: " + good.out);

    Path wrong = folder.resolve("wrong.cpp");
    Files.writeString(
        wrong, Files.readString(example).replace("if (score > best)", "if (score >= best)"));
    Result bad = execute("kernels", "try", wrong.toString(), "--repeat", "1", "--cases", "40");
    assertEquals(2, bad.exit, bad.out);
    assertTrue(bad.out.contains("lowest class"), bad.out);

    Path empty = folder.resolve("empty.cpp");
    Files.writeString(empty, "int nothing;");
    assertEquals(2, execute("kernels", "try", empty.toString()).exit);
    assertEquals(2, execute("kernels", "try", folder.resolve("no.cpp").toString()).exit);
  }

  private static boolean hasCompiler() {
    try {
      return new ProcessBuilder("c++", "--version").start().waitFor() == 0;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }

  @Test
  void kernelsAreListedAndChecked() {
    Result list = execute("kernels", "list");
    assertEquals(0, list.exit);
    assertTrue(list.out.matches("(?s).*cpu +(used|available), .*this processor has.*"), list.out);
    assertTrue(list.out.matches("(?s).*cuda-emulation +available, sm_90.*"), list.out);
    for (String implementation : List.of("reference", "cuda-emulation")) {
      Result check =
          execute("kernels", "check", "--cases", "5", "--implementation", implementation);
      assertEquals(0, check.exit, check.out);
      assertTrue(check.out.contains("knn"), check.out);
    }
  }

  @Test
  void cudaWithoutADeviceIsRefusedInOneLine() {
    boolean there =
        Kernels.available().stream()
            .anyMatch(a -> a.implementation() == Kernels.Implementation.CUDA && a.available());
    assumeFalse(there, "there is a CUDA device here");
    for (String[] command :
        List.of(
            new String[] {"kernels", "check", "--implementation", "cuda"},
            new String[] {"demo", "--device", "cuda", "--out", folder.resolve("no").toString()},
            new String[] {
              "demo", "--kernels-device", "cuda", "--out", folder.resolve("no").toString()
            })) {
      Result result = execute(command);
      assertEquals(2, result.exit, result.err);
      assertEquals(1, result.err.strip().lines().count(), result.err);
      assertTrue(result.err.contains("cuda: "), result.err);
    }
  }

  @Test
  void networksTakeOneDeviceAndKernelsSeveral() {
    String out = folder.resolve("no").toString();
    Result networks = execute("demo", "--device", "cuda:0,1", "--out", out);
    assertEquals(2, networks.exit, networks.err);
    assertEquals(1, networks.err.strip().lines().count(), networks.err);
    assertTrue(networks.err.contains("one device such as cuda:1, not on cuda:0,1"), networks.err);
    Result kernels = execute("demo", "--kernels-device", "gpu", "--out", out);
    assertEquals(2, kernels.exit, kernels.err);
    assertTrue(kernels.err.contains("--kernels-device is cpu, cuda"), kernels.err);
    assertFalse(Files.exists(folder.resolve("no")));
  }

  @Test
  void predictWithoutAFinishedRunIsRefused() {
    Result result =
        execute(
            "predict",
            "--run",
            folder.toString(),
            "--input",
            data.toString(),
            "--output",
            folder.resolve("p").toString());
    assertEquals(2, result.exit);
    assertTrue(result.err.contains("holds no run"), result.err);
  }
}
