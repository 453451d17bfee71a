package org.onelabel.pipeline.registration;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.exception.MathIllegalStateException;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.SimpleBounds;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.BOBYQAOptimizer;
import org.onelabel.pipeline.registration.frame.Cells;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.pipeline.registration.frame.Template;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.InterleavedChannels;
import org.onelabel.volumes.grid.Interpolation;

/**
 * Moves a pose to where it is most like the scan, by Powell's BOBYQA (2009), which needs no
 * derivatives. Scans of thick slices are turned within the slices alone. Immutable and thread-safe.
 */
final class PoseRefinement {
  /** How far a pose is moved from where it begins: radians, logarithm of scale, cells. */
  private static final double TURN = 0.5;

  private static final double SCALE = 0.4;
  private static final double SHIFT = 3;

  private final Template template;
  private final Cells cells;
  private final boolean planar;
  private final int across;
  private final double[] offsets;
  private final float[] weights;
  private final float[][] values;

  /**
   * A refinement.
   *
   * @param count about how many cells of the frame are compared
   */
  PoseRefinement(Template template, double count) {
    this.template = template;
    Image image = template.image();
    Frame frame = template.frame();
    planar = image.isPlanar();
    across = image.acrossSlices();
    cells = Cells.of(frame.sides(), image.spacing(), count);
    Appearance appearance = Appearance.of(image, cells, template.frame());
    Extent counts = cells.covering(frame.sides());
    List<double[]> places = new ArrayList<>();
    for (int x = 0; x < counts.sizeX(); x++) {
      for (int y = 0; y < counts.sizeY(); y++) {
        for (int z = 0; z < counts.sizeZ(); z++) {
          int[] index = {x, y, z};
          double[] place = new double[7];
          for (int a = 0; a < 3; a++) {
            place[a] = (index[a] - 0.5 * (counts.size(a) - 1)) * cells.sides()[a];
            place[3 + a] = template.centre(a) + place[a] / image.spacing()[a];
          }
          place[6] = template.weightAt(place[3], place[4], place[5]);
          if (place[6] > 0) {
            places.add(place);
          }
        }
      }
    }
    offsets = new double[3 * places.size()];
    weights = new float[places.size()];
    values = new float[appearance.channels().size()][places.size()];
    double total = places.stream().mapToDouble(p -> p[6]).sum();
    for (int n = 0; n < weights.length; n++) {
      double[] place = places.get(n);
      System.arraycopy(place, 0, offsets, 3 * n, 3);
      weights[n] = (float) (place[6] / total);
      for (int c = 0; c < values.length; c++) {
        values[c][n] =
            Interpolation.trilinear(
                appearance.channels().get(c), appearance.extent(), place[3], place[4], place[5]);
      }
    }
  }

  /** The appearance of a scan at this refinement's resolution. */
  InterleavedChannels appearance(Image scan) {
    Appearance appearance = Appearance.of(scan, cells, template.frame());
    return InterleavedChannels.of(appearance.channels(), appearance.extent());
  }

  /** The most alike pose near {@code start}, after at most {@code evaluations} comparisons. */
  AnatomySearch.Candidate refine(
      Pose start, Image scan, InterleavedChannels appearance, int evaluations) {
    int turns = planar ? 1 : 3;
    int n = turns + 6;
    double[] low = new double[n];
    double[] high = new double[n];
    // In units of what each may move; centred on the start.
    for (int i = 0; i < n; i++) {
      low[i] = -1;
      high[i] = 1;
    }
    AnatomySearch.Candidate[] best = {
      new AnatomySearch.Candidate(start, likeness(start, scan, appearance))
    };
    try {
      new BOBYQAOptimizer(2 * n + 1, 0.25, 1e-3)
          .optimize(
              new MaxEval(evaluations),
              new ObjectiveFunction(
                  point -> {
                    Pose pose = moved(start, point, turns);
                    double likeness = likeness(pose, scan, appearance);
                    if (likeness > best[0].likeness()) {
                      best[0] = new AnatomySearch.Candidate(pose, likeness);
                    }
                    return likeness;
                  }),
              GoalType.MAXIMIZE,
              new SimpleBounds(low, high),
              new InitialGuess(new double[n]));
    } catch (MathIllegalStateException _) {
      // Out of evaluations, or no progress: the best of those that were made counts.
    }
    return best[0];
  }

  private Pose moved(Pose start, double[] point, int turns) {
    double[] rotation = start.rotation().clone();
    double[] scale = start.logScale().clone();
    double[] centre = start.centre().clone();
    for (int i = 0; i < turns; i++) {
      rotation[planar ? across : i] += TURN * point[i];
    }
    for (int a = 0; a < 3; a++) {
      scale[a] += SCALE * point[turns + a];
      centre[a] += SHIFT * cells.sides()[a] * point[turns + 3 + a];
    }
    return new Pose(start.mirrored(), rotation, scale, centre);
  }

  /** What a pose is worth. */
  private double likeness(Pose pose, Image scan, InterleavedChannels appearance) {
    double[] m = pose.matrix();
    double[] centre = pose.centre();
    double[] middle = new double[3];
    for (int a = 0; a < 3; a++) {
      middle[a] = centre[a] / scan.spacing()[a];
      for (int column = 0; column < 3; column++) {
        m[3 * a + column] /= scan.spacing()[a];
      }
    }
    int channels = values.length;
    float[] sampled = new float[channels * weights.length];
    int[] cellsSeen = new int[weights.length];
    int count = 0;
    double seen = 0;
    for (int n = 0; n < weights.length; n++) {
      double ox = offsets[3 * n];
      double oy = offsets[3 * n + 1];
      double oz = offsets[3 * n + 2];
      double x = middle[0] + m[0] * ox + m[1] * oy + m[2] * oz;
      double y = middle[1] + m[3] * ox + m[4] * oy + m[5] * oz;
      double z = middle[2] + m[6] * ox + m[7] * oy + m[8] * oz;
      if (scan.covers(x, y, z)) {
        appearance.trilinear(x, y, z, sampled, channels * count);
        seen += weights[n];
        cellsSeen[count++] = n;
      }
    }
    if (seen < Likeness.LEAST_SEEN) {
      return -1;
    }
    double correlation = 0;
    for (int c = 0; c < channels; c++) {
      double t = 0;
      double tt = 0;
      double v = 0;
      double vv = 0;
      double tv = 0;
      for (int i = 0; i < count; i++) {
        float w = weights[cellsSeen[i]];
        float here = values[c][cellsSeen[i]];
        float there = sampled[channels * i + c];
        t += w * here;
        tt += w * here * here;
        v += w * there;
        vv += w * there * there;
        tv += w * here * there;
      }
      correlation += Likeness.correlation(seen, t, v, tt, vv, tv) / channels;
    }
    return Likeness.of(pose, planar).at(correlation, seen, template.shift(pose.centre(), scan));
  }
}
