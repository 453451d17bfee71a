package org.onelabel.pipeline.framing;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.intensity.Moments;
import org.onelabel.pipeline.registration.Registration;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Placement;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;
import org.onelabel.volumes.grid.VoxelArray;

/**
 * Between a scan and the frame that the template's anatomy lies in: there features are computed and
 * compared, every scan turned, scaled and cropped as the template is.
 *
 * @param placement of the frame in the scan
 * @param bend what remains to be moved after that
 * @param likeness of the scan to the template as it was placed, as in {@link Registration.Result}
 * @param extent of the scan, working voxels
 */
public record Framing(Frame frame, Placement placement, Bend bend, double likeness, Extent extent) {
  /** A scan that was registered. */
  public static Framing of(Frame frame, Registration.Result found, Extent extent) {
    return new Framing(frame, found.placement(), found.bend(), found.likeness(), extent);
  }

  /** A scan that is its own frame: nothing is looked for. */
  public static Framing whole(WorkingScan scan, double[] spacing) {
    Frame frame = Frame.whole(scan.extent(), spacing);
    return ofTemplate(frame, scan.extent());
  }

  /** The template in its own frame. */
  public static Framing ofTemplate(Frame frame, Extent extent) {
    return new Framing(frame, frame.placement(), Bend.none(), 1, extent);
  }

  /** Whether scan and frame have the same voxels. */
  private boolean isWhole() {
    return placement.equals(Frame.whole(extent, frame.spacing()).placement())
        && extent.equals(frame.extent());
  }

  /**
   * Whether the scan shows the template's anatomy.
   *
   * @param leastLikeness it is more like the template than this; NaN where that is not known
   */
  public boolean isPlausible(double leastLikeness) {
    return isPlausible(likeness, leastLikeness);
  }

  /** The same of a likeness. */
  public static boolean isPlausible(double likeness, double leastLikeness) {
    return Double.isNaN(leastLikeness) || likeness > leastLikeness;
  }

  /** The scan in the frame, normalised there. */
  public Volume pull(Volume volume) {
    if (isWhole()) {
      return volume;
    }
    double[] s = frame.spacing();
    Geometry geometry = Geometry.of(frame.extent(), Affine.ofSpacing(s[0], s[1], s[2]));
    List<float[]> channels = volume.channels().stream().map(this::pull).toList();
    channels.forEach(values -> Moments.of(values).standardise(values));
    return new Volume(geometry, channels);
  }

  /** Values of the scan in the frame. */
  public float[] pull(float[] values) {
    return isWhole()
        ? values
        : placement.pull(new VoxelArray(extent, values), frame.extent()).values();
  }

  /** Labels of the scan in the frame. */
  public byte[] pull(byte[] labels) {
    return isWhole()
        ? labels
        : placement.pull(new LabelArray(extent, labels), frame.extent()).labels();
  }

  /** The same; what lies outside the scan is ignored. */
  public byte[] pullKnown(byte[] labels) {
    return isWhole()
        ? labels
        : placement
            .pull(new LabelArray(extent, labels), frame.extent(), (byte) LabelArray.IGNORED)
            .labels();
  }

  /** A label of the scan in the frame. */
  public PseudoLabel pull(PseudoLabel label) {
    return new PseudoLabel(pull(label.labels()), pull(label.confidence()));
  }

  /** Features whose positions tell where in the template each cell lies. */
  public FeatureGrid bent(FeatureGrid features) {
    return bent(features, bend, frame.extent());
  }

  /** Features of a scan that lies in a frame, with positions that tell where in the template. */
  public static FeatureGrid bent(FeatureGrid features, Bend bend, Extent frame) {
    return features.positions() == 0
        ? features
        : features.moved((axis, x, y, z) -> bend.at(axis, frame, x, y, z));
  }

  /** A label in the frame, brought to the scan; what lies outside the frame is background. */
  public PseudoLabel push(PseudoLabel label) {
    if (isWhole()) {
      return label;
    }
    int voxels = extent.voxels();
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

  /** Fills in what lies in the frame. */
  private PseudoLabel pushed(PseudoLabel label, PseudoLabel result) {
    LabelInterpolation between = new LabelInterpolation(label, frame.extent());
    placement
        .inverse()
        .forEach(
            extent,
            (voxel, x, y, z) -> {
              if (between.covers(x, y, z)) {
                between.decide(x, y, z, voxel, result);
              }
            });
    return result;
  }
}
