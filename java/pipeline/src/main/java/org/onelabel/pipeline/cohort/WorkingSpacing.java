package org.onelabel.pipeline.cohort;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.onelabel.pipeline.registration.RegistrationSettings;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.WorkingGrid;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Sides of the working voxels. They are the template's own unless its frame has so many that a
 * patch is a small part of it: a network that sees little around a voxel does not know where it is.
 * nnU-Net trains a network at low resolution for the same reason (Isensee et al., Nature Methods
 * 2021).
 */
final class WorkingSpacing {
  private static final double GROWTH = 1.01;

  /** The Dice of every structure with itself on the working grid and back: sheets are not lost. */
  private static final double LEAST_DICE = 0.9;

  /** Where one has less, sides shrink again by this… */
  private static final double BACK = 0.9;

  /** …until they are hardly longer than the template's: then those are kept. */
  private static final double LEAST_GROWTH = 1.2;

  /** Sides are told in so many digits. */
  private static final MathContext DIGITS = new MathContext(3, RoundingMode.UP);

  private WorkingSpacing() {}

  /** Along right, front, up in millimetres, for a template. */
  static double[] of(Case template, CohortSettings settings, RegistrationSettings registration) {
    double set = settings.spacing();
    if (set > 0) {
      return new double[] {set, set, set};
    }
    Geometry geometry = template.readGeometry();
    double[] own = WorkingGrid.canonicalSpacing(geometry);
    if (settings.frameVoxels() == 0 || geometry.voxels() <= settings.frameVoxels()) {
      return own;
    }
    LabelMap file = template.readLabels(geometry);
    LabelMap learnt = settings.mergeStructures() ? WorkingScan.merged(file) : file;
    LabelMap labels = WorkingGrid.of(geometry, own).forward(learnt);
    boolean whole = labels.highest() == 0 || !registration.find();
    Frame frame =
        whole
            ? Frame.whole(labels.geometry().extent(), own)
            : Frame.around(labels.array(), own, registration.margin());
    double least = LEAST_GROWTH * Arrays.stream(own).min().orElseThrow();
    double side = side(own, frame.extent(), settings.frameVoxels());
    while (side > least && !keepsStructures(labels, atLeast(own, side))) {
      side *= BACK;
    }
    return side > least ? atLeast(own, side) : own;
  }

  /**
   * What the finest sides grow to, all to the same, until few enough voxels are left.
   *
   * @param frame its voxels
   * @param most voxels that a frame may have
   */
  static double side(double[] own, Extent frame, long most) {
    double voxels = frame.voxels();
    double side = Arrays.stream(own).min().orElseThrow();
    while (voxels / times(own, atLeast(own, side)) > most) {
      side *= GROWTH;
    }
    return side;
  }

  private static boolean keepsStructures(LabelMap labels, double[] sides) {
    WorkingGrid grid = WorkingGrid.of(labels.geometry(), sides);
    byte[] before = labels.labels();
    byte[] after = grid.back(grid.forward(labels)).labels();
    long[] both = new long[LabelMap.IGNORED + 1];
    long[] each = new long[LabelMap.IGNORED + 1];
    for (int i = 0; i < before.length; i++) {
      each[LabelArray.classOf(before[i])]++;
      each[LabelArray.classOf(after[i])]++;
      both[LabelArray.classOf(before[i])] += before[i] == after[i] ? 2 : 0;
    }
    return IntStream.range(1, LabelMap.IGNORED).allMatch(c -> both[c] >= LEAST_DICE * each[c]);
  }

  /** Sides that are shorter grown to {@code side}, rounded up; the others as they are. */
  private static double[] atLeast(double[] own, double side) {
    double rounded = BigDecimal.valueOf(side).round(DIGITS).doubleValue();
    return Arrays.stream(own).map(s -> side > s ? rounded : s).toArray();
  }

  /** How many voxels become one. */
  private static double times(double[] own, double[] sides) {
    double times = 1;
    for (int a = 0; a < 3; a++) {
      times *= sides[a] / own[a];
    }
    return times;
  }
}
