package org.onelabel.networks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PatchSamplerTest {
  @Test
  void paddingIsOutside() {
    int[] shape = {5, 16, 9};
    float[] image = new float[5 * 16 * 9];
    Arrays.fill(image, 1);
    Scan scan = new Scan(List.of(image), shape, null, null);
    PatchSampler sampler =
        new PatchSampler(new int[] {16, 16, 16}, new Sampling(Augmentation.NONE), false);
    Patch patch = sampler.sample(scan, new SplittableRandom(1));
    int inside = 0;
    for (int i = 0; i < patch.inside().length; i++) {
      assertEquals(patch.image()[i] == 1, patch.inside()[i]);
      inside += patch.inside()[i] ? 1 : 0;
    }
    assertTrue(inside > 0 && inside < patch.inside().length, inside + " voxels");
  }
}
