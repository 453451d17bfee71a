package org.onelabel.pipeline.registration.frame;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Arrays;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * The part of a template that its structures and their surroundings lie in; what is found in other
 * scans is brought there.
 *
 * @param box its voxels in the template
 * @param spacing millimetres between voxels along x, y, z
 */
@JsonPropertyOrder({"start", "shape", "spacing"})
public record Frame(@JsonIgnore Box box, double[] spacing) {

  /** The frame as files tell it: its first voxel and its sides. */
  @JsonCreator
  static Frame of(
      @JsonProperty("start") int[] start,
      @JsonProperty("shape") int[] shape,
      @JsonProperty("spacing") double[] spacing) {
    return new Frame(Box.of(start, shape), spacing);
  }

  /**
   * The box around all structures.
   *
   * @param labels of the template, at least one voxel of which is of a structure
   * @param margin added on each side, as a share of the box's longest side, as far as the template
   *     goes
   */
  public static Frame around(LabelArray labels, double[] spacing, double margin) {
    Box structures =
        labels
            .boundingBox()
            .orElseThrow(() -> new IllegalArgumentException("no voxel of a structure"));
    double longest = Arrays.stream(sides(structures.extent(), spacing)).max().orElseThrow();
    int[] start = new int[3];
    int[] size = new int[3];
    for (int a = 0; a < 3; a++) {
      int more = (int) Math.ceil(margin * longest / spacing[a]);
      start[a] = Math.max(0, structures.start(a) - more);
      size[a] = Math.min(labels.extent().size(a), structures.end(a) + more) - start[a];
    }
    return new Frame(Box.of(start, size), spacing.clone());
  }

  /** The frame that is a whole template. */
  public static Frame whole(Extent template, double[] spacing) {
    return new Frame(Box.of(template), spacing.clone());
  }

  /** Its voxels along x, y, z. */
  public Extent extent() {
    return box.extent();
  }

  /** Its first voxel in the template along x, y, z; a fresh array. */
  @JsonProperty
  public int[] start() {
    return new int[] {box.x(), box.y(), box.z()};
  }

  /** Its voxels along x, y, z; a fresh array. */
  @JsonProperty
  public int[] shape() {
    return extent().shape();
  }

  /** Millimetres along x, y, z. */
  public double[] sides() {
    return sides(extent(), spacing);
  }

  /** Millimetres along x, y, z of so many voxels. */
  public static double[] sides(Extent extent, double[] spacing) {
    double[] sides = new double[3];
    Arrays.setAll(sides, a -> extent.size(a) * spacing[a]);
    return sides;
  }

  /** The template's voxels in it. */
  public Placement placement() {
    return Placement.shift(box.x(), box.y(), box.z());
  }

  @Override
  public String toString() {
    return "%s from [%d, %d, %d]".formatted(extent(), box.x(), box.y(), box.z());
  }
}
