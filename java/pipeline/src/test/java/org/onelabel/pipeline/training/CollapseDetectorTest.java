package org.onelabel.pipeline.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.sampling.Scan;

class CollapseDetectorTest {

  @Test
  void aStructureWithFewOfItsVoxelsHasCollapsed() {
    byte[] label = new byte[1000];
    java.util.Arrays.fill(label, 0, 100, (byte) 1);
    java.util.Arrays.fill(label, 100, 300, (byte) 2);
    Scan scan = new Scan(List.of(new float[1000]), new int[] {10, 10, 10}, label, null);
    CollapseDetector detector = new CollapseDetector(List.of(scan), 3);
    assertEquals(List.of(), detector.collapsed(List.of(label)));
    byte[] without = label.clone();
    java.util.Arrays.fill(without, 0, 90, (byte) 0);
    assertEquals(List.of(1), detector.collapsed(List.of(without)));
    assertEquals(List.of(1, 2), detector.collapsed(List.of(new byte[1000])));
  }
}
