package org.onelabel.volumes.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InterleavedChannelsTest {
  @Test
  void everyChannelHasTheValueThatItHasAlone() {
    Random random = new Random(3);
    Extent extent = new Extent(4, 1, 6);
    List<float[]> channels =
        List.of(new float[extent.voxels()], new float[extent.voxels()], new float[extent.voxels()]);
    for (float[] channel : channels) {
      for (int i = 0; i < channel.length; i++) {
        channel[i] = (float) random.nextGaussian();
      }
    }
    InterleavedChannels together = InterleavedChannels.of(channels, extent);
    float[] values = new float[5];
    for (int i = 0; i < 1000; i++) {
      double x = random.nextDouble(-0.999, 4);
      double y = random.nextDouble(-0.999, 1);
      double z = random.nextDouble(-0.999, 6);
      together.trilinear(x, y, z, values, 2);
      for (int c = 0; c < 3; c++) {
        assertEquals(
            Interpolation.trilinear(channels.get(c), extent, x, y, z), values[2 + c], 1e-6);
      }
    }
  }
}
