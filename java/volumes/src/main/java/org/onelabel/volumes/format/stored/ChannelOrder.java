package org.onelabel.volumes.format.stored;

import java.nio.file.Path;
import java.util.function.IntToDoubleFunction;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.grid.Extent;

/**
 * How the values of several channels lie in a file.
 *
 * @param count how many channels there are
 * @param run voxels of one channel that lie together: 1 where a voxel has all its values in one
 *     place, all voxels where the channels follow each other
 */
public record ChannelOrder(int count, int run) {
  /** The order of some channels; more values than are read of one file are refused. */
  public static ChannelOrder of(Path file, Extent extent, long count, int run) {
    if (count > StoredFile.MOST_VOXELS / extent.voxels()) {
      throw new InputException(
          file,
          "%d channels of %d voxels are more than %d values; give each channel a file"
              .formatted(count, extent.voxels(), StoredFile.MOST_VOXELS));
    }
    return new ChannelOrder((int) count, run);
  }

  /** How many numbers the channels have together. */
  public int numbers(Extent extent) {
    return count * extent.voxels();
  }

  /**
   * The values of a channel by their places among those of that channel.
   *
   * @param stored the value of each place in the file
   */
  public IntToDoubleFunction select(int channel, IntToDoubleFunction stored) {
    return count == 1
        ? stored
        : voxel -> stored.applyAsDouble(voxel % run + run * (channel + count * (voxel / run)));
  }
}
