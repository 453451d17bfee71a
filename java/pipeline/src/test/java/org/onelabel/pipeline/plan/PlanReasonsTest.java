package org.onelabel.pipeline.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.format.VolumeFormats;

class PlanReasonsTest {
  @TempDir private static Path folder;

  /** Cubic voxels; a structure of 50×40×40 voxels in a scan of 96×80×72. */
  private static Dataset crop;

  /** Slices eight times as thick as voxels are wide; a structure of 40×40×7 in 100×100×9. */
  private static Dataset slices;

  @BeforeAll
  static void makeCohorts() {
    crop =
        dataset(
            "crop",
            Geometry.of(96, 80, 72, Affine.ofSpacing(1, 1, 1)),
            new int[] {20, 20, 20},
            new int[] {70, 60, 60});
    slices =
        dataset(
            "slices",
            Geometry.of(100, 100, 9, Affine.ofSpacing(1.25, 1.25, 10)),
            new int[] {30, 30, 1},
            new int[] {70, 70, 8});
  }

  private static Dataset dataset(String name, Geometry geometry, int[] from, int[] to) {
    int[] shape = geometry.shape();
    byte[] labels = new byte[geometry.voxels()];
    float[] values = new float[labels.length];
    SplittableRandom random = new SplittableRandom(1);
    int voxel = 0;
    for (int x = 0; x < shape[0]; x++) {
      for (int y = 0; y < shape[1]; y++) {
        for (int z = 0; z < shape[2]; z++, voxel++) {
          boolean inside = x >= from[0] && y >= from[1] && z >= from[2];
          inside &= x < to[0] && y < to[1] && z < to[2];
          labels[voxel] = (byte) (inside ? 1 : 0);
          values[voxel] = (float) random.nextDouble();
        }
      }
    }
    Path root = folder.resolve(name);
    Volume volume = new Volume(geometry, values);
    VolumeFormats.NIFTI.write(root.resolve("imagesTr/template_0000.nii.gz"), volume);
    VolumeFormats.NIFTI.write(
        root.resolve("labelsTr/template.nii.gz"), new LabelMap(geometry, labels));
    VolumeFormats.NIFTI.write(root.resolve("imagesUn/other_0000.nii.gz"), volume);
    return DatasetFolder.open(root, Optional.empty());
  }

  private static Plan plan(Dataset dataset, Map<String, String> settings) {
    Configuration configuration = Configuration.of("quick", settings);
    return Plan.of(
        Cohort.read(dataset, configuration.cohort(), configuration.registration(), Progress.SILENT),
        configuration);
  }

  private static void assertSays(Plan plan, String name, String value, String reason) {
    PlanEntry entry =
        plan.entries().stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
    assertEquals(new PlanEntry(name, value, reason), entry);
  }

  @Test
  void everyEntryOfAnIsotropicCropSaysWhy() {
    Plan plan = plan(crop, Map.of());
    assertSays(plan, "spacing", "1 × 1 × 1 mm", "the template's own");
    assertSays(
        plan,
        "frame",
        "76 × 66 × 65",
        "the structures and 25 % of their longest side around them, within the template's"
            + " 96 × 80 × 72");
    assertSays(
        plan,
        "patch",
        "48 × 64 × 64",
        "the frame of 76 × 66 × 65, shortened where it is longest to keep to 200,000 voxels"
            + " (training.patchVoxels), in multiples of 16 × 16 × 16");
    assertSays(plan, "levels", "5", "as many as the published network has");
    assertSays(
        plan,
        "kernels",
        "5 of 3 × 3 × 3",
        "along no axis are voxels twice as long as the finest that can be halved");
    assertSays(
        plan,
        "poolings",
        "4 of 2 × 2 × 2",
        "an axis is halved while its voxels are less than twice the finest that can be and 4 or"
            + " more are left");
    assertSays(
        plan,
        "width",
        "8",
        "the widest multiple of 8, 32 at most, within 400,000,000 multiplications"
            + " (network.operations); a convolution of the first level takes 339,738,624");
    assertSays(
        plan,
        "foreground",
        "33 % of patches",
        "the frame is 59 % of the template: most places are near structures");
    assertSays(
        plan,
        "batch",
        "1 labelled, 1 unlabelled",
        "set by training.labelledBatch and training.unlabelledBatch");
    assertSays(
        plan,
        "steps",
        "2 × 300",
        "set by rounds and training.iterations; a training that still learns takes up to 2 times as"
            + " many (training.extensions)");
    assertSays(
        plan,
        "cells",
        "2 × 2 × 2",
        "the finest, alike in millimetres, of which the frame has 80,000 at most: it has 41,382");
    assertSays(
        plan,
        "intensities",
        "each scan by its own mean and deviation",
        "dataset.json names no channel; the template does not go below −500, as air does in"
            + " Hounsfield units");
    assertSays(
        plan,
        "components",
        "the heaviest 1",
        "as many connected components as the template's structures have together");
    assertEquals(13, plan.entries().size());
  }

  @Test
  void thickSlicesExplainTheirKernels() {
    Plan plan = plan(slices, Map.of());
    assertSays(plan, "spacing", "1.25 × 1.25 × 10 mm", "the template's own");
    assertSays(
        plan,
        "frame",
        "68 × 68 × 9",
        "the structures and 25 % of their longest side around them, within the template's"
            + " 100 × 100 × 9");
    assertSays(
        plan,
        "patch",
        "80 × 80 × 10",
        "covers the frame of 68 × 68 × 9, within 200,000 voxels (training.patchVoxels), in"
            + " multiples of 16 × 16 × 2");
    assertSays(
        plan,
        "kernels",
        "3 of 3 × 3 × 1, 2 of 3 × 3 × 3",
        "along z voxels are 8 times as long as the finest: convolved from level 4 on, where they"
            + " are less than twice as long");
    assertSays(
        plan,
        "poolings",
        "3 of 2 × 2 × 1, 1 of 2 × 2 × 2",
        "an axis is halved while its voxels are less than twice the finest that can be and 4 or"
            + " more are left");
    assertSays(
        plan,
        "width",
        "24",
        "the widest multiple of 8, 32 at most, within 400,000,000 multiplications"
            + " (network.operations); a convolution of the first level takes 331,776,000");
    assertSays(
        plan,
        "foreground",
        "50 % of patches, anywhere in their middle half",
        "the frame is 46 % of the template, less than half: most places are far from structures");
    assertSays(
        plan,
        "cells",
        "1 × 1 × 1",
        "the finest, alike in millimetres, of which the frame has 80,000 at most: it has 41,616");
  }

  @Test
  void fewVoxelsEndTheLevels() {
    Plan plan = plan(crop, Map.of("training.patchVoxels", "4096", "network.operations", "1000000"));
    assertSays(plan, "levels", "4", "after 4 no axis that may be halved has 4 voxels left");
    assertSays(
        plan,
        "patch",
        "16 × 16 × 16",
        "the frame of 76 × 66 × 65, shortened where it is longest to keep to 4,096 voxels"
            + " (training.patchVoxels), in multiples of 8 × 8 × 8");
    assertSays(
        plan,
        "width",
        "8",
        "the least, beyond 1,000,000 multiplications (network.operations); a convolution of the"
            + " first level takes 7,077,888");
  }

  @Test
  void slicesThatStayThickAreNeverConvolvedAcross() {
    Plan plan = plan(slices, Map.of("training.patch", "8,8,3"));
    assertSays(
        plan,
        "kernels",
        "3 of 3 × 3 × 1",
        "along z voxels are 8 times as long as the finest: never convolved, as they stay twice as"
            + " long");
  }

  @Test
  void whatASettingDecidesSaysWhichOne() {
    Plan plan =
        plan(
            crop,
            Map.of(
                "spacing", "2",
                "intensities", "per-scan",
                "registration.find", "false",
                "training.patch", "32,32,16",
                "network.layout", "3x3x1 2x2x1 3x3x3",
                "network.width", "12",
                "training.foreground", "0.25",
                "prediction.components", "3",
                "encoder.stride", "3"));
    assertSays(plan, "spacing", "2 × 2 × 2 mm", "set by spacing");
    assertSays(plan, "components", "the heaviest 3", "set by prediction.components");
    assertEquals("set by intensities", reason(plan, "intensities"));
    assertSays(plan, "frame", "48 × 40 × 36", "the whole template: registration.find is false");
    assertSays(plan, "patch", "32 × 32 × 16", "set by training.patch");
    assertSays(plan, "levels", "2", "set by network.layout");
    assertSays(plan, "kernels", "1 of 3 × 3 × 1, 1 of 3 × 3 × 3", "set by network.layout");
    assertSays(plan, "poolings", "1 of 2 × 2 × 1", "set by network.layout");
    assertSays(
        plan,
        "width",
        "12",
        "set by network.width; a convolution of the first level takes 21,233,664");
    assertSays(plan, "foreground", "25 % of patches", "set by training.foreground");
    assertSays(plan, "cells", "3 × 3 × 3", "set by encoder.stride; the frame has 2,688");
  }

  @Test
  void whatTheRunHasNoUseForIsLeftOut() {
    assertEquals(
        List.of("spacing", "intensities", "frame", "cells"),
        names(plan(crop, Map.of("rounds", "0"))));
    assertEquals(
        List.of(
            "spacing", "intensities", "frame", "components", "patch", "width", "batch", "steps"),
        names(
            plan(
                crop,
                Map.of(
                    "network.kind", "vnet",
                    "training.augmentation", "published",
                    "training.supervision", "template-only"))));
  }

  private static String reason(Plan plan, String name) {
    return plan.entries().stream()
        .filter(entry -> entry.name().equals(name))
        .map(PlanEntry::reason)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(Plan plan) {
    return plan.entries().stream().map(PlanEntry::name).toList();
  }

  @Test
  void theHeadlineNamesSizes() {
    assertEquals(
        "plan: frame 68 × 68 × 9, patch 80 × 80 × 10, levels 5, width 24, cells 1 × 1 × 1"
            + " (reasons: run.json)",
        plan(slices, Map.of()).headline());
  }

  @Test
  void theFileKeepsTheEntries() {
    Plan plan = plan(slices, Map.of());
    Path file = folder.resolve("plan.json");
    Json.write(file, plan);
    assertEquals(plan.entries(), Json.read(file, Plan.class).entries());
  }
}
