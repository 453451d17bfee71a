package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.SmallCohort;

/** What goes wrong around a run: disks, memory, no network; and what it must not give away. */
class FaultTest {
  private static final String PATIENT = "DOE^JANE^1970";

  /** Where the free-text fields of a NIfTI-1 header lie: descrip, aux_file, intent_name. */
  private static final int[][] FREE_TEXT = {{148, 80}, {228, 24}, {328, 16}};

  @TempDir private static Path folder;
  private static Path straight;
  private static SmallRun small;

  @BeforeAll
  static void runOnceWithoutFaultsOrNetwork() throws IOException, InterruptedException {
    Path cohort = folder.resolve("cohort");
    SmallCohort.writeLeast(cohort, 3);
    nameThePatient(cohort);
    small = new SmallRun(cohort, folder.resolve("output.txt"), "registration.find=false");
    straight = folder.resolve("straight");
    List<String> command = small.command(straight, false, "1g");
    if (hasNamespaces()) {
      command = isolated("--net", command);
    }
    assertEquals(0, small.run(command), small::said);
  }

  /** Writes a name into every header's free text. */
  private static void nameThePatient(Path cohort) throws IOException {
    List<Path> images;
    try (Stream<Path> files = Files.walk(cohort)) {
      images = files.filter(f -> f.toString().endsWith(".nii.gz")).toList();
    }
    for (Path image : images) {
      byte[] bytes = unpacked(image);
      for (int[] field : FREE_TEXT) {
        byte[] name = PATIENT.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, bytes, field[0], Math.min(name.length, field[1]));
      }
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
        out.write(bytes);
      }
      Files.write(image, packed.toByteArray());
    }
  }

  private static byte[] unpacked(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (!file.toString().endsWith(".gz")) {
      return bytes;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  private static boolean hasNamespaces() throws IOException, InterruptedException {
    try {
      return new ProcessBuilder("unshare", "--map-root-user", "--mount", "--net", "true")
              .start()
              .waitFor()
          == 0;
    } catch (IOException _) {
      return false;
    }
  }

  /** The command in a namespace of its own. */
  private static List<String> isolated(String namespace, List<String> command) {
    List<String> all = new ArrayList<>(List.of("unshare", "--map-root-user", namespace));
    all.addAll(command);
    return all;
  }

  /** The command after shell commands, in a mount namespace of its own. */
  private static List<String> mounted(String before, List<String> command, String after) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "unshare",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                before + "; \"$@\"; code=$?; " + after + "; exit $code",
                "sh"));
    all.addAll(command);
    return all;
  }

  private static long bytesOf(Path root) throws IOException {
    long bytes = 0;
    for (Path file : SmallRun.results(root)) {
      bytes += Files.size(root.resolve(file));
    }
    return bytes;
  }

  private static void assertOneLine(String wanted) {
    String said = small.said().strip();
    assertTrue(said.startsWith("onelabel: ") && said.contains(wanted), said);
    assertEquals(1, said.lines().count(), said);
  }

  @Test
  void aFullDiskIsOneLineAndCostsNothingThatWasFinished() throws IOException, InterruptedException {
    assumeTrue(hasNamespaces(), "no user namespaces here");
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path saved = folder.resolve("saved");
    int code =
        small.run(
            mounted(
                "mount -t tmpfs -o size=" + bytesOf(straight) / 2 + " tmpfs '" + disk + "'",
                small.command(disk.resolve("run"), false, "1g"),
                "cp -r '" + disk + "/run' '" + saved + "'"));
    assertEquals(2, code, small::said);
    assertOneLine("No space left on device");
    assertTrue(Files.exists(saved.resolve("stages/features.json")), "a stage was finished before");
    assertEquals(0, small.run(small.command(saved, true, "1g")), small::said);
    SmallRun.assertSameResults(straight, saved);
  }

  @Test
  void aFolderThatCannotBeWrittenIsOneLine() throws IOException, InterruptedException {
    assumeTrue(hasNamespaces(), "no user namespaces here");
    Path disk = Files.createDirectory(folder.resolve("read-only"));
    int code =
        small.run(
            mounted(
                "mount -t tmpfs -o ro tmpfs '" + disk + "'",
                small.command(disk.resolve("run"), false, "1g"),
                "true"));
    assertEquals(2, code, small::said);
    assertOneLine("Read-only file system");
  }

  @Test
  void tooLittleMemoryIsOneLineAndTheRunGoesOnWithMore() throws IOException, InterruptedException {
    Path run = folder.resolve("little-memory");
    int code = small.run(small.command(run, false, "20m"));
    assertEquals(2, code, small::said);
    assertOneLine("ONELABEL_HEAP");
    boolean begun = Files.exists(run.resolve("configuration.json"));
    assertEquals(0, small.run(small.command(run, begun, "1g")), small::said);
    SmallRun.assertSameResults(straight, run);
  }

  @Test
  void twoProcessesDoNotWorkOnOneRun() throws IOException, InterruptedException {
    Path run = folder.resolve("shared");
    Process first =
        new ProcessBuilder(small.command(run, false, "1g"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("first.txt").toFile())
            .start();
    while (first.isAlive() && !Files.exists(run.resolve("run.json"))) {
      Thread.sleep(20);
    }
    assertEquals(2, small.run(small.command(run, true, "1g")), small::said);
    assertOneLine("is being worked on by process " + first.pid());
    assertEquals(0, first.waitFor());
    SmallRun.assertSameResults(straight, run);
  }

  @Test
  void nothingOfThePatientAndNoPathIsGivenAway() throws IOException {
    Path scan = folder.resolve("cohort/imagesTs/synthetic_014_0000.nii.gz");
    assertTrue(new String(unpacked(scan), StandardCharsets.ISO_8859_1).contains("DOE^JANE"));
    List<Path> files;
    try (Stream<Path> all = Files.walk(straight)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertTrue(files.size() > SmallRun.results(straight).size(), "with stages and report");
    for (Path file : files) {
      String content = new String(unpacked(file), StandardCharsets.ISO_8859_1);
      assertFalse(content.contains("DOE^JANE"), file + " names the patient");
      assertEquals(
          file.endsWith(".dataset"),
          content.contains(folder.toString()),
          file + ": .dataset alone holds an absolute path");
    }
  }
}
