package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.onelabel.cli.CommandLineTest.Result;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.format.VolumeFormats;

/** What {@code predict} takes for a scan, where it writes, and what it never writes over. */
@ResourceLock(Resources.SYSTEM_OUT)
class PredictTest {
  private static final Geometry GRID = Geometry.of(16, 16, 16, Affine.ofSpacing(1, 1, 1));

  @TempDir private static Path shared;
  private static Path data;
  private static Path run;

  @TempDir private Path folder;
  private Path scans;

  @BeforeAll
  static void train() {
    data = shared.resolve("data");
    run = shared.resolve("run");
    image(data.resolve("imagesTr/a_0000.nii.gz"));
    byte[] labels = new byte[GRID.voxels()];
    Arrays.fill(labels, 0, labels.length / 2, (byte) 1);
    VolumeFormats.NIFTI.write(data.resolve("labelsTr/a.nii.gz"), new LabelMap(GRID, labels));
    image(data.resolve("imagesUn/b_0000.nii.gz"));
    // A baseline ends with a model, however little it has learnt.
    train(run, "--baseline", "supervised");
  }

  private static String train(Path out, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of("run", "--device", "cpu", "--quiet", "--data", data.toString(), "--out"));
    command.add(out.toString());
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
    command.addAll(List.of(more));
    Result result = CommandLineTest.execute(command.toArray(String[]::new));
    assertEquals(0, result.exit(), result.err());
    return result.out();
  }

  @Test
  void aTrainingOfTwoStepsIsSaidToBeTooShortAndTheReportNamesTheThreads() throws IOException {
    String metrics = Files.readString(run.resolve("metrics.json"));
    assertTrue(metrics.contains("The training was probably too short: even on the"), metrics);
    String report = Files.readString(run.resolve("report.html"));
    assertTrue(
        report.matches("(?s).*<td>pytorch(&#39;|')s threads</td><td>\\d+</td>.*"), "threads");
  }

  @Test
  void aRunWithoutAModelSaysWhyAndWhatItIsWorth() throws IOException {
    Path propagated = folder.resolve("propagated");
    String said = train(propagated, "--set", "rounds=0");
    assertTrue(said.contains("Nothing was trained: the labels are those of the propagation"), said);
    assertTrue(said.contains("There are no validation cases: nothing here tells how good"), said);
    assertEquals(List.of("b.nii.gz"), names(propagated.resolve("predictions")));
    image(scans.resolve("x.nii.gz"));
    assertRefused(
        "has no model.safetensors: its labels are those of the propagation (round 0)",
        predict(propagated, scans, folder.resolve("output")));
  }

  @Test
  void theNetworkOfABaselineIsAloneAndHasNoEstimate() throws IOException {
    image(scans.resolve("x.nii.gz"));
    Path output = folder.resolve("output");
    assertEquals("", predict(run, scans, output).out());
    assertTrue(Files.readAllLines(output.resolve("estimated-dice.csv")).getLast().endsWith(","));
  }

  @Test
  void thePropagationEstimatesUnlessItsTemplateIsGoneOrTheNetworkIsAskedAlone() throws IOException {
    Path propagating = folder.resolve("propagating");
    train(propagating, "--set", "rounds=1");
    assertTrue(Files.exists(propagating.resolve("model.safetensors")));
    image(scans.resolve("x.nii.gz"));
    Path together = folder.resolve("together");
    Result result = predict(propagating, scans, together);
    assertTrue(
        result.out().matches("x: estimated Dice 0\\.\\d\\d \\(.+ 0\\.\\d\\d\\)\\R"), result.out());
    List<String> csv = Files.readAllLines(together.resolve("estimated-dice.csv"));
    assertEquals("case,structure,estimated_dice", csv.getFirst());
    assertEquals(2, csv.size());
    Path single = folder.resolve("single.nii.gz");
    assertEquals(result.out(), predict(propagating, scans.resolve("x.nii.gz"), single).out());
    assertEquals("", predict(propagating, scans, together, "--specialist-only").out());
    assertTrue(
        Files.readAllLines(together.resolve("estimated-dice.csv")).getLast().endsWith(","),
        "no estimate of other labels stays");

    Path blocked = folder.resolve("blocked");
    Files.createDirectories(blocked.resolve("estimated-dice.csv"));
    Files.writeString(scans.resolve("y.nii.gz"), "no scan");
    Result failed = predict(propagating, scans, blocked);
    assertEquals(result.out(), failed.out());
    assertTrue(failed.err().contains("y.nii.gz"), failed.err());
    assertTrue(failed.err().contains("estimated-dice.csv: cannot be written"), failed.err());
    Files.delete(scans.resolve("y.nii.gz"));

    Path template = propagating.resolve("template.safetensors");
    byte[] whole = Files.readAllBytes(template);
    Files.delete(template);
    Result without = predict(propagating, scans, folder.resolve("without"));
    assertEquals(0, without.exit(), without.err());
    assertEquals("", without.out());
    whole[whole.length - 1] ^= 1;
    Files.write(template, whole);
    assertRefused(
        "is not what the run made", predict(propagating, scans, folder.resolve("changed")));
  }

  @BeforeEach
  void nameScans() {
    scans = folder.resolve("scans");
  }

  private static void image(Path file) {
    float[] voxels = new float[GRID.voxels()];
    for (int i = 0; i < voxels.length; i++) {
      voxels[i] = (float) Math.sin(i) + (i < voxels.length / 2 ? 3 : 0);
    }
    VolumeFormats.NIFTI.write(file, new Volume(GRID, voxels));
  }

  private Result predict(Path of, Path input, Path output, String... more) {
    String[] command = {
      "predict",
      "--device",
      "cpu",
      "--quiet",
      "--run",
      of.toString(),
      "--input",
      input.toString(),
      "--output",
      output.toString()
    };
    return CommandLineTest.execute(
        Stream.of(command, more).flatMap(Arrays::stream).toArray(String[]::new));
  }

  private static void assertRefused(String cause, Result result) {
    assertEquals(2, result.exit(), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().contains(cause), result.err());
  }

  /** Every file below a folder with its bytes. */
  private static Map<Path, byte[]> content(Path root) throws IOException {
    Map<Path, byte[]> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(file, Files.readAllBytes(file));
      }
    }
    return content;
  }

  /** What lies in a folder, but for the estimates. */
  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !file.endsWith("estimated-dice.csv"))
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void nothingIsWrittenOverAnInput() throws IOException {
    Path p = scans.resolve("p.nii.gz");
    image(p);
    image(scans.resolve("q.nii"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), scans);
    Path hard = Files.createDirectory(folder.resolve("hard"));
    Files.createLink(hard.resolve("p.nii.gz"), p);
    Path soft = Files.createDirectory(folder.resolve("soft"));
    Files.createSymbolicLink(soft.resolve("q.nii.gz"), scans.resolve("q.nii"));
    Map<Path, byte[]> scansBefore = content(folder);
    Map<Path, byte[]> sharedBefore = content(shared);
    for (Path output : List.of(scans, link, scans.resolve("../scans"), hard, soft)) {
      assertRefused("input, which is not written over", predict(run, scans, output));
    }
    for (String output :
        List.of("p.nii.gz", "p.nii", "../link/p.nii.gz", "../hard/p.nii.gz", ".")) {
      assertRefused("input, which is not written over", predict(run, p, scans.resolve(output)));
    }
    for (String output : List.of("predictions", "", "new")) {
      assertRefused("lies in the run", predict(run, scans, run.resolve(output)));
    }
    for (String output : List.of("labelsTr", "imagesUn", "labelsTs")) {
      assertRefused(
          "lies among the files of the dataset", predict(run, scans, data.resolve(output)));
    }
    assertUnchanged(scansBefore, content(folder));
    assertUnchanged(sharedBefore, content(shared));
  }

  private static void assertUnchanged(Map<Path, byte[]> before, Map<Path, byte[]> after) {
    assertEquals(before.keySet(), after.keySet());
    before.forEach((file, bytes) -> assertArrayEquals(bytes, after.get(file), file.toString()));
  }

  @Test
  void aFolderOfScansNeedsAFolderThatIsNotNamedAsAFile() throws IOException {
    image(scans.resolve("a.nii.gz"));
    for (String name : List.of("p.nii.gz", "p.nii", "P.NII.GZ", "p.h5")) {
      Path output = folder.resolve(name);
      assertRefused(
          "is named as a file; a folder of scans needs a folder", predict(run, scans, output));
      assertTrue(Files.notExists(output));
    }
    Path taken = Files.createDirectory(folder.resolve("there.nii.gz"));
    assertEquals(0, predict(run, scans, taken).exit());
    assertEquals(List.of("a.nii.gz"), names(taken));
  }

  @Test
  void aDamagedScanDoesNotKeepOthersFromIt() throws IOException {
    for (String name : List.of("a", "b", "c", "d")) {
      image(scans.resolve(name + ".nii.gz"));
    }
    byte[] whole = Files.readAllBytes(scans.resolve("b.nii.gz"));
    Files.write(scans.resolve("b.nii.gz"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(scans.resolve("d.nii.gz"), "no scan");
    Path output = folder.resolve("output");
    Result result = predict(run, scans, output);
    assertRefused("2 of 4 scans are done", result);
    assertTrue(result.err().contains("b.nii.gz: the file ends too early"), result.err());
    assertTrue(result.err().contains("d.nii.gz: not a NIfTI file"), result.err());
    assertEquals(List.of("a.nii.gz", "c.nii.gz"), names(output));
  }

  @Test
  void aPredictionThatCannotBeWrittenDoesNotHideWhatFailedBefore() throws IOException {
    for (String name : List.of("a", "b", "c", "d")) {
      image(scans.resolve(name + ".nii.gz"));
    }
    Files.writeString(scans.resolve("b.nii.gz"), "no scan");
    Path output = folder.resolve("output");
    Path taken = Files.createDirectories(output.resolve("c.nii.gz/taken"));
    Result result = predict(run, scans, output);
    assertRefused("b.nii.gz: not a NIfTI file", result);
    assertRefused("c.nii.gz: cannot be written", result);
    assertRefused("1 of 4 scans are done", result);
    assertTrue(Files.isDirectory(taken));
    assertEquals(List.of("a.nii.gz", "c.nii.gz"), names(output));
  }

  @Test
  void consecutiveNamesAreRefusedUnlessTheirNamingIsSaid() throws IOException {
    for (int i = 0; i < 3; i++) {
      image(scans.resolve("scan_%04d.nii.gz".formatted(i)));
    }
    Path output = folder.resolve("output");
    assertRefused("scan_0001.nii.gz: is channel 1 of case scan", predict(run, scans, output));
    assertTrue(Files.notExists(output));
    assertEquals(0, predict(run, scans, output, "--naming", "plain").exit());
    assertEquals(
        List.of("scan_0000.nii.gz", "scan_0001.nii.gz", "scan_0002.nii.gz"), names(output));
  }

  @Test
  void aModelThatDoesNotSayItsNamingIsStillRead() throws IOException {
    Path old = folder.resolve("old");
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = old.resolve(run.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Path file = old.resolve("model.safetensors");
    Safetensors model = Safetensors.read(file);
    Map<String, String> metadata = new TreeMap<>(model.metadata());
    assertEquals("SUFFIXED", metadata.remove("naming"));
    Path manifest = old.resolve("stages/selection.json");
    String known = checksum(file);
    long bytes = Files.size(file);
    AtomicFile.write(file, new Safetensors(model.tensors(), metadata)::writeTo);
    String text = Files.readString(manifest);
    assertTrue(text.contains(known), text);
    Files.writeString(
        manifest,
        text.replace(known, checksum(file))
            .replace(Long.toString(bytes), Long.toString(Files.size(file))));
    image(scans.resolve("x_0000.nii.gz"));
    Path output = folder.resolve("output");
    assertEquals(0, predict(old, scans, output).exit());
    assertEquals(List.of("x.nii.gz"), names(output));
    image(scans.resolve("x_0001.nii.gz"));
    assertRefused("x_0001.nii.gz: stands beside x_0000.nii.gz", predict(old, scans, output));
  }

  @Test
  void aSpacingInAWrongUnitIsRefusedByName() throws IOException {
    for (double side : new double[] {1000, 0.001}) {
      Geometry grid = Geometry.of(16, 16, 16, Affine.ofSpacing(side, side, side));
      VolumeFormats.NIFTI.write(
          scans.resolve("a.nii.gz"), new Volume(grid, new float[grid.voxels()]));
      Path output = folder.resolve("output");
      assertRefused("a.nii.gz: its voxels are", predict(run, scans, output));
      assertEquals(List.of(), Files.exists(output) ? names(output) : List.of());
    }
  }

  @Test
  void filesOfARunAreNobodysOutput() throws IOException {
    image(scans.resolve("a_0000.nii.gz"));
    Path other = folder.resolve("other");
    Files.createDirectories(other.resolve("stages"));
    Files.writeString(other.resolve("configuration.json"), "{}");
    assertRefused("lies in the run", predict(run, scans, other.resolve("predictions")));
    assertTrue(Files.notExists(other.resolve("predictions")));
    String labels = data.resolve("labelsTr").toString();
    String settings = other.resolve("configuration.json").toString();
    assertRefused(
        "lies in the run",
        CommandLineTest.execute(
            "evaluate", "--predictions", labels, "--truth", labels, "--out", settings));
    assertEquals("{}", Files.readString(other.resolve("configuration.json")));
  }

  private static String checksum(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void twoScansOfOneNameAreRefusedAndWhatIsNoScanIsNamed() throws IOException {
    image(scans.resolve("a.nii.gz"));
    image(scans.resolve("a.nii"));
    Path output = folder.resolve("output");
    assertRefused("a.nii.gz: is the same case and channel as a.nii", predict(run, scans, output));
    assertTrue(Files.notExists(output));
    Files.delete(scans.resolve("a.nii"));
    image(scans.resolve("below/e.nii.gz"));
    Files.writeString(scans.resolve("c.mgz"), "x");
    Files.createSymbolicLink(scans.resolve("d.nii.gz"), folder.resolve("gone"));
    image(scans.resolve("B.NII"));
    Result result = predict(run, scans, output);
    assertEquals(0, result.exit(), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    for (String name : List.of("e.nii.gz", "c.mgz", "d.nii.gz")) {
      assertTrue(result.err().contains(name), result.err());
    }
    assertEquals(List.of("B.nii.gz", "a.nii.gz"), names(output));
  }

  @Test
  void probabilitiesUncertaintyPicturesAndNumbersLieBesideTheSameLabels() throws IOException {
    image(scans.resolve("x.nii.gz"));
    image(scans.resolve("y.nii.gz"));
    Path plain = folder.resolve("plain");
    assertEquals(0, predict(run, scans, plain).exit());
    Path output = folder.resolve("output");
    Path table = folder.resolve("numbers/table.csv");
    Result result = predict(run, scans, output, further(table));
    assertEquals(0, result.exit(), result.err());
    List<String> lines = Files.readAllLines(table);
    assertEquals(
        "case,structure,voxels,millilitres,mean_intensity,pieces,estimated_dice", lines.getFirst());
    assertEquals(3, lines.size());
    for (String id : List.of("x", "y")) {
      String name = id + ".nii.gz";
      assertArrayEquals(
          Files.readAllBytes(plain.resolve(name)), Files.readAllBytes(output.resolve(name)));
      assertArrayEquals(
          new byte[] {(byte) 0x89, 'P', 'N', 'G'},
          Arrays.copyOf(Files.readAllBytes(output.resolve("previews/" + id + ".png")), 4));
      assertProbabilitiesDecide(output, name);
    }
    LabelMap labels = VolumeFormats.NIFTI.readLabels(output.resolve("x.nii.gz"));
    long voxels = labels.counts(2)[1];
    assertTrue(
        lines.get(1).startsWith("\"x\",\"structure 1\",%d,%.6f,".formatted(voxels, voxels / 1e3)),
        lines.get(1));
    assertTrue(lines.get(1).endsWith(","), "a network that is alone has no estimate");

    Path single = folder.resolve("single/label.nii");
    assertEquals(0, predict(run, scans.resolve("x.nii.gz"), single, further(table)).exit());
    assertEquals(2, Files.readAllLines(table).size());
    assertProbabilitiesDecide(folder.resolve("single"), "label.nii");
    assertTrue(Files.exists(folder.resolve("single/previews/label.png")));
  }

  private static String[] further(Path table) {
    return new String[] {
      "--probabilities", "--uncertainty", "--preview", "--statistics", table.toString()
    };
  }

  /** The labels are the most probable classes, the uncertainty is the entropy in nats. */
  private static void assertProbabilitiesDecide(Path output, String name) {
    LabelMap labels = VolumeFormats.NIFTI.readLabels(output.resolve(name));
    Volume classes = VolumeFormats.NIFTI.readVolume(output.resolve("probabilities/" + name));
    Volume entropy = VolumeFormats.NIFTI.readVolume(output.resolve("uncertainty/" + name));
    assertTrue(classes.geometry().coincidesWith(labels.geometry()));
    assertTrue(entropy.geometry().coincidesWith(labels.geometry()));
    assertEquals(2, classes.channels().size());
    for (int i = 0; i < labels.labels().length; i++) {
      double background = classes.channels().get(0)[i];
      double structure = classes.channels().get(1)[i];
      assertEquals(1, background + structure, 1e-5);
      assertEquals(structure > background ? 1 : 0, labels.labels()[i]);
      assertEquals(
          -background * Math.log(background) - structure * Math.log(structure),
          entropy.voxels()[i],
          1e-5);
    }
  }

  @Test
  void aTableThatIsNoTableOrHasAnotherResultsPlaceIsRefusedBeforeAnythingIsWritten()
      throws IOException {
    image(scans.resolve("x.nii.gz"));
    Path output = folder.resolve("output");
    Files.createDirectories(folder.resolve("folder.csv"));
    Map<String, Path> refused =
        Map.of(
            "must end in .csv", folder.resolve("table.txt"),
            "is a folder, not a file", folder.resolve("folder.csv"),
            "is where the estimates are written", output.resolve("estimated-dice.csv"),
            "lies in the run", run.resolve("table.csv"),
            "lies among the files of the dataset", data.resolve("imagesUn/table.csv"));
    refused.forEach(
        (cause, table) ->
            assertRefused(cause, predict(run, scans, output, "--statistics", table.toString())));
    assertTrue(Files.notExists(output));
    Path volumes = scans.resolve("probabilities");
    image(volumes.resolve("x.nii.gz"));
    assertRefused(
        "is an input, which is not written over",
        predict(run, volumes.resolve("x.nii.gz"), scans.resolve("x.nii.gz"), "--probabilities"));
  }
}
