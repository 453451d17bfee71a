package org.onelabel.pipeline.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.networks.model.UnetLayout;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.configuration.ConfigurationTest;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.CaseSets;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.ImageFiles;
import org.onelabel.volumes.dataset.Naming;
import org.onelabel.volumes.dataset.Warnings;
import org.onelabel.volumes.format.VolumeFormats;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class PlanTest {
  @TempDir private Path folder;

  /** A template whose structure is a box in its middle, half its sides. */
  private Plan plan(int[] shape, double[] spacing, String settings) {
    Geometry geometry =
        Geometry.of(
            shape[0], shape[1], shape[2], Affine.ofSpacing(spacing[0], spacing[1], spacing[2]));
    float[] values = new float[geometry.voxels()];
    byte[] labels = new byte[geometry.voxels()];
    for (int i = 0; i < values.length; i++) {
      int[] at = {i / (shape[1] * shape[2]), i / shape[2] % shape[1], i % shape[2]};
      boolean inside = true;
      for (int a = 0; a < 3; a++) {
        inside &= at[a] >= shape[a] / 4 && at[a] < 3 * shape[a] / 4;
      }
      labels[i] = (byte) (inside ? 1 : 0);
      values[i] = labels[i] + 0.01f * at[0];
    }
    Path image = folder.resolve("a_0000.nii");
    Path label = folder.resolve("a.nii");
    VolumeFormats.NIFTI.write(image, new Volume(geometry, values));
    VolumeFormats.NIFTI.write(label, new LabelMap(geometry, labels));
    Dataset dataset =
        new Dataset(
            "some",
            new ImageFiles(Naming.SUFFIXED, OptionalInt.of(1), List.of(), Optional.empty()),
            List.of("box"),
            label,
            new CaseSets(
                new Case("a", List.of(image), Optional.of(label)), List.of(), List.of(), List.of()),
            Warnings.NONE);
    Configuration configuration =
        Configuration.of("quick", ConfigurationTest.assignments(settings));
    return Plan.of(
        Cohort.read(dataset, configuration.cohort(), configuration.registration(), Progress.SILENT),
        configuration);
  }

  @Test
  void aPatchOfALargeStructureSeesEnoughOfIt() {
    int[] shape = {176, 160, 144};
    Plan plan = plan(shape, new double[] {0.5, 0.5, 0.5}, "seed=1");
    assertArrayEquals(new double[] {0.67, 0.67, 0.67}, plan.spacing(), 0.01);
    Plan own = plan(shape, new double[] {0.5, 0.5, 0.5}, "frameVoxels=0");
    assertArrayEquals(new double[] {0.5, 0.5, 0.5}, own.spacing());
    Plan set = plan(shape, new double[] {0.5, 0.5, 0.5}, "spacing=2");
    assertArrayEquals(new double[] {2, 2, 2}, set.spacing());
  }

  private static final int[] CUBES = {64, 64, 64};
  private static final double[] MILLIMETRE = {1, 1, 1};

  @Test
  void thePatchCoversTheStructuresAndTheirSurroundings() {
    Plan plan = plan(CUBES, MILLIMETRE, "registration.margin=0.25");
    assertEquals(new Box(8, 8, 8, new Extent(48, 48, 48)), plan.frame().box());
    assertArrayEquals(new int[] {48, 48, 48}, plan.patch());
    assertEquals(UnetLayout.PUBLISHED, plan.architecture().layout());
    assertEquals(0.5, plan.sampling().foreground(), "48³ is less than half of 64³");
    assertEquals(0.25, plan.sampling().aside());
  }

  @Test
  void withoutRegistrationTheWholeTemplateIsTheFrame() {
    Plan plan = plan(CUBES, MILLIMETRE, "registration.find=false");
    assertEquals(Box.of(Extent.of(CUBES)), plan.frame().box());
    assertEquals(Sampling.FOREGROUND, plan.sampling().foreground());
    assertEquals(0, plan.sampling().aside());
  }

  @Test
  void whatIsGivenIsKept() {
    String layout = "3x3x3 2x2x2 3x3x3 2x2x2 3x3x3";
    Plan plan =
        plan(
            CUBES,
            MILLIMETRE,
            "training.patch=[20,24,28];network.width=12;training.foreground=0.7;network.layout="
                + layout);
    assertArrayEquals(new int[] {20, 24, 28}, plan.patch());
    assertEquals(layout, plan.architecture().layout().toString());
    assertEquals(12, plan.architecture().width());
    assertEquals(0.7, plan.sampling().foreground());
  }

  @Test
  void aGivenPatchPlansALayoutThatItFits() {
    Plan plan = plan(CUBES, MILLIMETRE, "training.patch=[32,32,32]");
    assertArrayEquals(new int[] {32, 32, 32}, plan.patch());
    assertEquals(UnetLayout.PUBLISHED, plan.architecture().layout());
  }

  @Test
  void aPatchThatDoesNotFitIsRefusedInOneLine() {
    for (String settings :
        new String[] {
          "training.patch=[20,24,28];network.layout=" + UnetLayout.PUBLISHED,
          "training.patch=[50,48,48]"
        }) {
      InputException e =
          assertThrows(InputException.class, () -> plan(CUBES, MILLIMETRE, settings));
      assertTrue(e.getMessage().startsWith("training.patch: "), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
  }

  @Test
  void aLayoutThatIsNoneIsRefusedInOneLine() {
    for (String layout : new String[] {"3x3x3", "nonsense", "3x3x3 2x2 3x3x3", "3x3x3 3x3x3"}) {
      InputException e =
          assertThrows(
              InputException.class, () -> plan(CUBES, MILLIMETRE, "network.layout=" + layout));
      assertTrue(e.getMessage().startsWith("network.layout: "), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
  }

  @Test
  void stridesAreAlikeInMillimetres() {
    assertArrayEquals(
        new int[] {4, 4, 1},
        Plan.finestStride(new int[] {80, 80, 10}, new double[] {1, 1, 4}, 4000));
    assertArrayEquals(
        new int[] {2, 2, 2}, Plan.finestStride(new int[] {40, 40, 40}, MILLIMETRE, 8000));
    assertArrayEquals(
        new int[] {3, 3, 3}, Plan.finestStride(new int[] {40, 40, 40}, MILLIMETRE, 7999));
    Plan plan = plan(new int[] {32, 32, 12}, new double[] {1, 1, 3}, "encoder.stride=3");
    assertArrayEquals(new int[] {3, 3, 1}, plan.stride());
  }
}
