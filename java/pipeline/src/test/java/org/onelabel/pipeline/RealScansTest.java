package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.intensity.Intensities;
import org.onelabel.pipeline.registration.Phantom;
import org.onelabel.pipeline.registration.Registration;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.volumes.WorkingGrid;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/** A heart is found where it is, however its scan lies; skipped where the scans are absent. */
@Tag("long")
class RealScansTest {
  private static final int CELLS = 20_000;
  private static final int PADDING = 24;

  /** Measured in three scans are 0.85 to 0.99. */
  private static final double LEAST_DICE = 0.8;

  /** The same where a quarter is cut off: 0.65 to 0.87. Three of 15 other cuts have less. */
  private static final double LEAST_CUT_DICE = 0.6;

  /** Where a voxel of a changed scan comes from, −1 where nothing was. */
  @FunctionalInterface
  private interface Source {
    int of(int x, int y, int z);
  }

  /** A scan on its working grid. */
  private record Scan(float[] values, int[] shape) {
    Scan changed(int[] size, Source source) {
      float lowest = Float.POSITIVE_INFINITY;
      for (float value : values) {
        lowest = Math.min(lowest, value);
      }
      float[] changed = new float[size[0] * size[1] * size[2]];
      for (int i = 0; i < changed.length; i++) {
        int from = from(source, size, i);
        changed[i] = from < 0 ? lowest : values[from];
      }
      return new Scan(changed, size);
    }

    static int from(Source source, int[] size, int i) {
      return source.of(i / (size[1] * size[2]), i / size[2] % size[1], i % size[2]);
    }
  }

  /** The template and what finds it. */
  private record Hearts(
      Dataset dataset, double[] spacing, Frame frame, byte[] labels, Registration registration) {
    static Hearts open() {
      Path data = Path.of(System.getProperty("onelabel.repository"), "..", "shared/data/acdc");
      assumeTrue(Files.isDirectory(data), "no hearts at ../shared/data/acdc");
      Dataset dataset = DatasetFolder.open(data, Optional.empty());
      double[] spacing = WorkingGrid.canonicalSpacing(dataset.template().readGeometry());
      WorkingScan template = WorkingScan.read(dataset.template(), spacing, Intensities.perScan(1));
      LabelArray labels = template.grid().forward(template.truth(false)).array();
      Frame frame = Frame.around(labels, spacing, 0.25);
      Image image = new Image(template.volume().channels(), template.extent(), spacing);
      return new Hearts(
          dataset,
          spacing,
          frame,
          frame.placement().pull(labels, frame.extent()).labels(),
          new Registration(image, labels, frame, CELLS));
    }

    Scan unlabelled(int which) {
      WorkingScan scan =
          WorkingScan.read(dataset.unlabelled().get(which), spacing, Intensities.perScan(1));
      return new Scan(scan.volume().voxels(), scan.shape());
    }

    /** The template's labels in a scan, by where it was found alone. */
    byte[] carried(Scan scan) {
      Registration.Result found =
          registration.register(new Image(List.of(scan.values), Extent.of(scan.shape), spacing));
      int[] size = frame.shape();
      PseudoLabel label = new PseudoLabel(new byte[labels.length], new float[labels.length]);
      Arrays.fill(label.confidence(), 1);
      int voxel = 0;
      for (int x = 0; x < size[0]; x++) {
        for (int y = 0; y < size[1]; y++) {
          for (int z = 0; z < size[2]; z++) {
            int[] at = {x, y, z};
            int n = 0;
            for (int a = 0; a < 3; a++) {
              int moved = (int) Math.rint(at[a] + found.bend().at(a, frame.extent(), x, y, z));
              n = n * size[a] + Math.clamp(moved, 0, size[a] - 1);
            }
            label.labels()[voxel++] = labels[n];
          }
        }
      }
      return new Framing(
              frame, found.placement(), found.bend(), found.likeness(), Extent.of(scan.shape))
          .push(label)
          .labels();
    }
  }

  @Test
  void turnedMirroredAndShiftedScansGetTheSameLabels() {
    Hearts hearts = Hearts.open();
    Scan scan = hearts.unlabelled(1);
    byte[] plain = hearts.carried(scan);
    int[] n = scan.shape;
    check(
        hearts,
        scan,
        plain,
        "turned",
        LEAST_DICE,
        new int[] {n[1], n[0], n[2]},
        (x, y, z) -> (((n[0] - 1 - y) * n[1]) + x) * n[2] + z);
    check(
        hearts,
        scan,
        plain,
        "mirrored",
        LEAST_DICE,
        n,
        (x, y, z) -> ((n[0] - 1 - x) * n[1] + y) * n[2] + z);
    check(
        hearts,
        scan,
        plain,
        "shifted",
        LEAST_DICE,
        new int[] {n[0] + PADDING, n[1] + PADDING, n[2]},
        (x, y, z) -> x < PADDING || y >= n[1] ? -1 : ((x - PADDING) * n[1] + y) * n[2] + z);
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "5, 1"})
  void whatAQuarterOfLiesOutsideOfTheFieldOfViewIsStillFound(int which, int axis) {
    Hearts hearts = Hearts.open();
    Scan scan = hearts.unlabelled(which);
    byte[] plain = hearts.carried(scan);
    int[] n = scan.shape;
    int first = quarter(plain, n, axis);
    int[] offset = new int[3];
    offset[axis] = first;
    int[] size = n.clone();
    size[axis] -= first;
    check(
        hearts,
        scan,
        plain,
        "cut",
        LEAST_CUT_DICE,
        size,
        (x, y, z) -> ((x + offset[0]) * n[1] + y + offset[1]) * n[2] + z + offset[2]);
  }

  /** Where along an axis a quarter of the structures' voxels lie before. */
  private static int quarter(byte[] labels, int[] shape, int axis) {
    long[] along = new long[shape[axis]];
    long all = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != 0) {
        int[] at = {i / (shape[1] * shape[2]), i / shape[2] % shape[1], i % shape[2]};
        along[at[axis]]++;
        all++;
      }
    }
    int quarter = 0;
    for (long before = 0; 4 * before < all; quarter++) {
      before += along[quarter];
    }
    return quarter;
  }

  private static void check(
      Hearts hearts, Scan scan, byte[] plain, String how, double least, int[] size, Source source) {
    byte[] carried = hearts.carried(scan.changed(size, source));
    byte[] expected = new byte[carried.length];
    for (int i = 0; i < expected.length; i++) {
      int from = Scan.from(source, size, i);
      expected[i] = from < 0 ? 0 : plain[from];
    }
    double dice = Phantom.dice(carried, expected);
    assertTrue(dice > least, how + ": " + dice);
  }
}
