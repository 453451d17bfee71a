package org.onelabel.pipeline.cohort;

import java.util.List;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.pipeline.intensity.Intensities;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Plural;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.WorkingGrid;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.grid.Extent;

/**
 * A case on the grid that is worked on: resampled, and normalised per volume.
 *
 * @param grid the way there and back
 */
public record WorkingScan(Case source, WorkingGrid grid, Volume volume) {

  /**
   * Reads a case. One whose voxels no working grid of this spacing fits is refused.
   *
   * @param spacing working voxel sides along right, front, up in millimetres
   */
  public static WorkingScan read(Case source, double[] spacing, Intensities intensities) {
    return unnormalised(source, spacing).normalised(intensities);
  }

  /** The same with the values of the file. */
  public static WorkingScan unnormalised(Case source, double[] spacing) {
    Volume volume = source.readVolume();
    WorkingGrid grid = grid(source, volume.geometry(), spacing);
    return new WorkingScan(source, grid, grid.forward(volume));
  }

  /** This scan, which has the values of its file, normalised; refused where they cannot be. */
  public WorkingScan normalised(Intensities intensities) {
    requireFits(intensities);
    return new WorkingScan(source, grid, intensities.normalised(volume));
  }

  /** Refuses a scan whose values cannot be normalised so. */
  void requireFits(Intensities intensities) {
    intensities
        .misfit(volume)
        .ifPresent(
            why -> {
              throw new InputException(source.images().getFirst(), why);
            });
  }

  /** The working grid of a case; an {@link InputException} where there is none for its voxels. */
  public static WorkingGrid grid(Case source, Geometry geometry, double[] spacing) {
    WorkingGrid.misfit(geometry, spacing)
        .ifPresent(
            why -> {
              throw new InputException(source.images().getFirst(), why);
            });
    return WorkingGrid.of(geometry, spacing);
  }

  /**
   * What is registered of it.
   *
   * @param spacing voxel sides that were asked for, as all scans of a cohort have them
   */
  public Image image(double[] spacing) {
    return new Image(volume.channels(), extent(), spacing);
  }

  public String id() {
    return source.id();
  }

  public int channels() {
    return volume.channels().size();
  }

  /** What its voxels take. */
  long bytes() {
    return (long) volume.geometry().voxels() * Float.BYTES * channels();
  }

  /** Refuses a scan with another number of channels than {@code who} has. */
  public void requireChannels(int expected, String who) {
    if (channels() != expected) {
      throw new InputException(
          source.images().getFirst(),
          "has %s, %s %d".formatted(Plural.of(channels(), "channel"), who, expected));
    }
  }

  public Geometry geometry() {
    return grid.target();
  }

  /** Its voxels along right, front, up. */
  public Extent extent() {
    return grid.target().extent();
  }

  /** The same as a fresh array. */
  public int[] shape() {
    return extent().shape();
  }

  /** The label file on the grid of the image. */
  public LabelMap truth(boolean merged) {
    return truth(source, grid.source(), merged);
  }

  /**
   * The label file of a case on the grid of its image, all structures as one if {@code merged};
   * ignored voxels stay ignored.
   */
  public static LabelMap truth(Case source, Geometry image, boolean merged) {
    LabelMap labels = source.readLabels(image);
    return merged ? merged(labels) : labels;
  }

  public static LabelMap merged(LabelMap labels) {
    byte[] values = labels.labels().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = LabelMap.isStructure(values[i]) ? 1 : values[i];
    }
    return new LabelMap(labels.geometry(), values);
  }

  /** The image alone. */
  public Scan scan() {
    return new Scan(List.copyOf(volume.channels()), shape(), null, null);
  }

  /** The image with a label on the working grid; {@code weight} may be null. */
  public Scan scan(byte[] label, float[] weight) {
    return scan().withLabel(label, weight);
  }
}
