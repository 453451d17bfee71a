package org.onelabel.pipeline.framing;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.intensity.Moments;
import org.onelabel.pipeline.registration.Bend;
import org.onelabel.pipeline.registration.Frame;
import org.onelabel.pipeline.registration.Placement;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;

/**
 * Between a scan and the frame that the template's anatomy lies in: there features are computed and
 * compared, every scan turned, scaled and cropped as the template is.
 *
 * @param placement of the frame in the scan
 * @param bend what remains to be moved after that
 * @param likeness of the scan to the template as it was placed, as in {@link
 *     org.onelabel.pipeline.registration.Registration.Result}
 * @param shape of the scan, working voxels
 */
public record Framing(Frame frame, Placement placement, Bend bend, double likeness, int[] shape) {
  /** So that the nearest class still wins where nobody is sure of any. */
  private static final float LEAST = 1e-3f;

  /** A scan that is its own frame: nothing is looked for. */
  public static Framing whole(WorkingScan scan, double[] spacing) {
    Frame frame = Frame.whole(scan.shape(), spacing);
    return new Framing(frame, frame.placement(), Bend.none(), 1, scan.shape());
  }

  /** The template in its own frame. */
  public static Framing ofTemplate(Frame frame, int[] shape) {
    return new Framing(frame, frame.placement(), Bend.none(), 1, shape);
  }

  /** Whether scan and frame have the same voxels. */
  private boolean isWhole() {
    return placement.equals(Frame.whole(shape, frame.spacing()).placement())
        && Arrays.equals(shape, frame.shape());
  }

  /** The scan in the frame, normalised there. */
  public Volume pull(Volume volume) {
    if (isWhole()) {
      return volume;
    }
    double[] s = frame.spacing();
    int[] f = frame.shape();
    Geometry geometry = Geometry.of(f[0], f[1], f[2], Affine.ofSpacing(s[0], s[1], s[2]));
    List<float[]> channels = volume.channels().stream().map(this::pull).toList();
    channels.forEach(values -> Moments.of(values).standardise(values));
    return new Volume(geometry, channels);
  }

  /** Values of the scan in the frame. */
  public float[] pull(float[] values) {
    return isWhole() ? values : placement.pull(values, shape, frame.shape());
  }

  /** Labels of the scan in the frame. */
  public byte[] pull(byte[] labels) {
    return isWhole() ? labels : placement.pullNearest(labels, shape, frame.shape());
  }

  /** A label of the scan in the frame. */
  public PseudoLabel pull(PseudoLabel label) {
    return new PseudoLabel(pull(label.labels()), pull(label.confidence()));
  }

  /** Features whose positions tell where in the template each cell lies. */
  public FeatureGrid bent(FeatureGrid features) {
    return features.positions() == 0
        ? features
        : features.moved((axis, x, y, z) -> bend.at(axis, frame.shape(), x, y, z));
  }

  /** A label in the frame, brought to the scan; what lies outside the frame is background. */
  public PseudoLabel push(PseudoLabel label) {
    if (isWhole()) {
      return label;
    }
    int voxels = shape[0] * shape[1] * shape[2];
    PseudoLabel result = new PseudoLabel(new byte[voxels], new float[voxels]);
    Arrays.fill(result.confidence(), 1);
    return pushed(label, result);
  }

  /**
   * The same where {@code label} has another class or another trust in the scan's class than {@code
   * before}; elsewhere the scan's own, which is read only where it is needed.
   */
  public PseudoLabel pushChanges(
      PseudoLabel label, PseudoLabel before, Supplier<PseudoLabel> read) {
    if (isWhole()) {
      return label;
    }
    PseudoLabel own = read.get();
    PseudoLabel pushed =
        pushed(label, new PseudoLabel(own.labels().clone(), own.confidence().clone()));
    PseudoLabel was =
        pushed(before, new PseudoLabel(own.labels().clone(), own.confidence().clone()));
    for (int i = 0; i < own.labels().length; i++) {
      boolean another = pushed.labels()[i] != was.labels()[i];
      boolean again =
          pushed.labels()[i] == own.labels()[i] && pushed.confidence()[i] != was.confidence()[i];
      if (!another && !again) {
        // Bringing a label there and back moves its rim: only what was decided anew counts.
        pushed.labels()[i] = own.labels()[i];
        pushed.confidence()[i] = own.confidence()[i];
      }
    }
    return pushed;
  }

  /** Fills in what lies in the frame: the margins of the classes interpolated, the best wins. */
  private PseudoLabel pushed(PseudoLabel label, PseudoLabel result) {
    Placement back = placement.inverse();
    int[] f = frame.shape();
    LabelInterpolation interpolation = new LabelInterpolation(label, f, new float[256]);
    int voxel = 0;
    for (int x = 0; x < shape[0]; x++) {
      for (int y = 0; y < shape[1]; y++) {
        for (int z = 0; z < shape[2]; z++, voxel++) {
          double fx = back.map(0, x, y, z);
          double fy = back.map(1, x, y, z);
          double fz = back.map(2, x, y, z);
          if (fx > -0.5
              && fy > -0.5
              && fz > -0.5
              && fx < f[0] - 0.5
              && fy < f[1] - 0.5
              && fz < f[2] - 0.5) {
            interpolation.decide(fx, fy, fz, result, voxel);
          }
        }
      }
    }
    return result;
  }

  /**
   * A label between its voxels.
   *
   * @param f its shape
   * @param scores of the classes, all 0 between two places
   */
  private record LabelInterpolation(PseudoLabel label, int[] f, float[] scores) {

    /** The class with the highest margin at a place, and how far it is ahead, into a voxel. */
    void decide(double x, double y, double z, PseudoLabel result, int voxel) {
      int x0 = (int) Math.floor(x);
      int y0 = (int) Math.floor(y);
      int z0 = (int) Math.floor(z);
      int[] corners = new int[8];
      for (int corner = 0; corner < 8; corner++) {
        int cx = Math.clamp(x0 + (corner >> 2), 0, f[0] - 1);
        int cy = Math.clamp(y0 + (corner >> 1 & 1), 0, f[1] - 1);
        int cz = Math.clamp(z0 + (corner & 1), 0, f[2] - 1);
        double share =
            ((corner & 4) != 0 ? x - x0 : x0 + 1 - x)
                * ((corner & 2) != 0 ? y - y0 : y0 + 1 - y)
                * ((corner & 1) != 0 ? z - z0 : z0 + 1 - z);
        int n = (cx * f[1] + cy) * f[2] + cz;
        corners[corner] = label.labels()[n] & 255;
        scores[corners[corner]] += (float) (share * (label.confidence()[n] + LEAST));
      }
      int best = corners[0];
      for (int c : corners) {
        best = scores[c] > scores[best] || (scores[c] == scores[best] && c < best) ? c : best;
      }
      float second = 0;
      for (int c : corners) {
        second = c == best ? second : Math.max(second, scores[c]);
      }
      result.labels()[voxel] = (byte) best;
      result.confidence()[voxel] = Math.clamp(scores[best] - second, 0, 1);
      for (int c : corners) {
        scores[c] = 0;
      }
    }
  }
}
