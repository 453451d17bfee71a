package org.onelabel.volumes;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.onelabel.volumes.grid.VoxelArray;

/**
 * Intensities on a grid, one array a channel, in the voxel order of {@link Geometry}. The arrays
 * are shared, not copied: whoever makes a volume hands them over and writes to them no more.
 */
public record Volume(Geometry geometry, List<float[]> channels) {

  public Volume {
    channels = List.copyOf(channels);
    if (channels.isEmpty()) {
      throw new IllegalArgumentException("a volume has at least one channel");
    }
    for (float[] channel : channels) {
      if (channel.length != geometry.voxels()) {
        throw new IllegalArgumentException(
            channel.length + " values for " + geometry.voxels() + " voxels");
      }
    }
  }

  /** A volume of one channel. */
  public Volume(Geometry geometry, float[] voxels) {
    this(geometry, List.of(voxels));
  }

  /**
   * The same intensities on {@code image}, where the two grids have the same voxels in space and
   * differ in the order or direction of their axes at most; empty where more differs.
   */
  public Optional<Volume> onto(Geometry image) {
    if (geometry.coincidesWith(image)) {
      return Optional.of(new Volume(image, channels));
    }
    if (!geometry.isPlaced() || !image.isPlaced()) {
      return Optional.empty();
    }
    return Reorientation.between(geometry, image)
        .map(
            turn ->
                new Volume(
                    image, channels.stream().map(c -> turn.apply(c, geometry.extent())).toList()));
  }

  /** The first channel. */
  public float[] voxels() {
    return channels.getFirst();
  }

  /** The array of a channel. */
  public VoxelArray array(int channel) {
    return new VoxelArray(geometry.extent(), channels.get(channel));
  }

  /**
   * This volume as read from {@code file}; refused where a voxel is not finite. Which value stands
   * for "nothing here" the file alone knows, so none is made up.
   */
  public Volume requireFinite(Path file) {
    for (int c = 0; c < channels.size(); c++) {
      float[] voxels = channels.get(c);
      for (int i = 0; i < voxels.length; i++) {
        if (!Float.isFinite(voxels[i])) {
          int from = i;
          long count =
              IntStream.range(from, voxels.length)
                  .filter(at -> !Float.isFinite(voxels[at]))
                  .count();
          throw new InputException(
              file,
              "voxel %s%s is %s, not a number; %d of %d are none, give them a value"
                  .formatted(
                      geometry.extent().describe(i),
                      channels.size() == 1 ? "" : " of channel " + c,
                      voxels[i],
                      count,
                      voxels.length));
        }
      }
    }
    return this;
  }
}
