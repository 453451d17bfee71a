package org.onelabel.pipeline.framing;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.pipeline.cohort.LazyList;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;

/**
 * The template as other bodies and scanners would have it, with exact labels: its voxels and labels
 * are moved by displacement fields drawn between, and somewhat beyond, those of the pool's scans
 * (after Zhao, Balakrishnan, Durand, Guttag, Dalca, CVPR 2019), and its tissues are as bright as in
 * these scans ({@link DrawnContrast}). Immutable and thread-safe.
 */
public final class DrawnAnatomy {
  /** Fields that one is drawn from. */
  private static final int FIELDS = 3;

  /** What a weighted mean of fields is multiplied by, at least and at most. */
  private static final double LEAST = 0.5;

  private static final double MOST = 1.5;

  /** All drawn scans together have at most as many voxels: they are kept while a training lasts. */
  private static final long MOST_VOXELS = 25_000_000;

  private final Scan template;
  private final Frame frame;
  private final List<Bend> bends;
  private final DrawnContrast contrast;
  private final long seed;

  /** 1 in the frame, falling to 0 within half of its longest side beside it. */
  private final float[] inside;

  /**
   * Anatomy to be drawn.
   *
   * @param template with its label
   * @param bends of scans in whose frame the template's anatomy was found; one at least
   * @param contrasts of scans, of the template's classes; none for the template's own alone
   */
  public DrawnAnatomy(
      Scan template, Frame frame, List<Bend> bends, List<Contrast> contrasts, long seed) {
    this.template = template;
    this.frame = frame;
    this.bends = bends;
    contrast = new DrawnContrast(template, frame.spacing(), contrasts);
    this.seed = seed;
    inside = inside(Extent.of(template.shape()), frame);
  }

  /** Drawn scans: {@code count}, fewer where they are large. Drawn when they are asked for. */
  public List<Scan> scans(int count) {
    long most = MOST_VOXELS / Extent.of(template.shape()).voxels();
    return new LazyList<>((int) Math.min(count, most), this::draw, Scan::bytes);
  }

  /** The scan of that number; always the same. */
  private Scan draw(int which) {
    Extent extent = Extent.of(template.shape());
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + which);
    float[][] field = field(extent, random);
    List<float[]> values = contrast.draw(random);
    float[][] channels = new float[template.channels().size()][extent.voxels()];
    PseudoLabel label = new PseudoLabel(new byte[extent.voxels()], new float[extent.voxels()]);
    LabelInterpolation labels =
        new LabelInterpolation(PseudoLabel.certain(template.label()), extent);
    for (int i = 0; i < extent.voxels(); i++) {
      double x = Math.clamp(extent.place(i, 0) + field[0][i], 0, extent.sizeX() - 1);
      double y = Math.clamp(extent.place(i, 1) + field[1][i], 0, extent.sizeY() - 1);
      double z = Math.clamp(extent.place(i, 2) + field[2][i], 0, extent.sizeZ() - 1);
      for (int c = 0; c < channels.length; c++) {
        channels[c][i] = Interpolation.trilinear(values.get(c), extent, x, y, z);
      }
      labels.decide(x, y, z, i, label);
    }
    return new Scan(Arrays.asList(channels), template.shape(), label.labels(), null);
  }

  /** A drawn field over the template, voxels; it fades beside the frame. */
  private float[][] field(Extent extent, SplittableRandom random) {
    float[][] field = new float[3][extent.voxels()];
    double[] weights = weights(random);
    for (double weight : weights) {
      Bend bend = bends.get(random.nextInt(bends.size()));
      for (int i = 0; i < inside.length; i++) {
        if (inside[i] > 0) {
          float share = (float) weight * inside[i];
          double x = extent.place(i, 0) - frame.box().x();
          double y = extent.place(i, 1) - frame.box().y();
          double z = extent.place(i, 2) - frame.box().z();
          for (int a = 0; a < 3; a++) {
            field[a][i] += share * bend.at(a, frame.extent(), x, y, z);
          }
        }
      }
    }
    return field;
  }

  /** Weights of the fields: every mixture as likely, then all smaller or larger. */
  private static double[] weights(SplittableRandom random) {
    double[] weights = new double[FIELDS];
    double sum = 0;
    for (int i = 0; i < FIELDS; i++) {
      weights[i] = -Math.log(1 - random.nextDouble());
      sum += weights[i];
    }
    double scale = (LEAST + (MOST - LEAST) * random.nextDouble()) / sum;
    for (int i = 0; i < FIELDS; i++) {
      weights[i] *= scale;
    }
    return weights;
  }

  private static float[] inside(Extent extent, Frame frame) {
    double reach = 0.5 * Arrays.stream(frame.sides()).max().orElseThrow();
    float[] inside = new float[extent.voxels()];
    for (int i = 0; i < inside.length; i++) {
      double farthest = 0;
      for (int a = 0; a < 3; a++) {
        int at = extent.place(i, a);
        int beside = Math.max(frame.box().start(a) - at, at - frame.box().end(a) + 1);
        farthest = Math.max(farthest, beside * frame.spacing()[a]);
      }
      inside[i] = (float) Math.max(0, 1 - farthest / reach);
    }
    return inside;
  }
}
