package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.SmallCohort;
import org.onelabel.volumes.format.VolumeFormats;

/** On another instruction set or number of threads the labels stay what they are. */
@Tag("long")
class SameAnswerTest {
  private static final double WANTED = 0.9999;

  @TempDir private static Path folder;
  private static Path straight;
  private static SmallRun small;

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    Path cohort = folder.resolve("cohort");
    SmallCohort.writeLeast(cohort, 3);
    small = new SmallRun(cohort, folder.resolve("output.txt"), "registration.find=false");
    straight = folder.resolve("straight");
    assertEquals(0, small.run(small.command(straight, false, "1g")), small::said);
  }

  private static double agreement(Path one, Path two) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(one)) {
      files = all.filter(f -> f.toString().endsWith(".nii.gz")).sorted().toList();
    }
    assertFalse(files.isEmpty(), "labels in " + one);
    long same = 0;
    long voxels = 0;
    long structure = 0;
    for (Path file : files) {
      byte[] a = VolumeFormats.NIFTI.readLabels(file).labels();
      byte[] b = VolumeFormats.NIFTI.readLabels(two.resolve(file.getFileName())).labels();
      assertEquals(a.length, b.length);
      for (int i = 0; i < a.length; i++) {
        same += a[i] == b[i] ? 1 : 0;
        structure += a[i] == 0 ? 0 : 1;
      }
      voxels += a.length;
    }
    assertTrue(structure > 0.01 * voxels, "labels of nothing agree whatever is done");
    return same / (double) voxels;
  }

  @Test
  void pseudoLabelsDoNotDependOnTheInstructionSet() throws IOException, InterruptedException {
    Path other = folder.resolve("baseline");
    List<String> command = small.command(other, false, "1g");
    command.addAll(List.of("--set", "rounds=0"));
    assertEquals(0, small.run(command, Map.of("ONELABEL_MAX_ISA", "baseline")), small::said);
    assertTrue(Files.readString(other.resolve("run.json")).contains("\"cpu baseline\""));
    double agreement =
        agreement(
            straight.resolve("round-0/pseudo-labels"), other.resolve("round-0/pseudo-labels"));
    assertTrue(agreement >= WANTED, "equal on " + agreement);
  }

  @Test
  void predictionsDoNotDependOnInstructionSetOrThreads() throws IOException, InterruptedException {
    // A baseline ends with a model, however little it has learnt.
    List<String> training = small.command(folder.resolve("model"), false, "1g");
    training.addAll(List.of("--baseline", "supervised", "--set", "training.iterations=24"));
    assertEquals(0, small.run(training), small::said);
    Path images = folder.resolve("cohort/imagesTs");
    Path one = folder.resolve("one-thread");
    Path other = folder.resolve("two-threads");
    assertEquals(0, predict(images, one, "1", Map.of()), small::said);
    Map<String, String> environment =
        Map.of(
            "ONELABEL_MAX_ISA",
            "baseline",
            "OMP_NUM_THREADS",
            "2",
            "ATEN_CPU_CAPABILITY",
            "default");
    assertEquals(0, predict(images, other, "2", environment), small::said);
    double agreement = agreement(one, other);
    assertTrue(agreement >= WANTED, "equal on " + agreement);
  }

  private static int predict(Path images, Path out, String threads, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> command = SmallRun.java("1g");
    // The last of two counts.
    command.add(command.indexOf("-cp"), "-Dai.djl.pytorch.num_threads=" + threads);
    command.addAll(
        List.of(
            "predict",
            "--device",
            "cpu",
            "--quiet",
            "--run",
            folder.resolve("model").toString(),
            "--input",
            images.toString(),
            "--output",
            out.toString()));
    return small.run(command, environment);
  }
}
