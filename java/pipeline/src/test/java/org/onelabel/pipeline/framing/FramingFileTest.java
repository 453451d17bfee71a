package org.onelabel.pipeline.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Placement;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class FramingFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsReadBackToTheBit() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    float[][] displacement = new float[3][2 * 3 * 4];
    double[] rows = new double[12];
    for (float[] values : displacement) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-9, 9);
      }
    }
    for (int i = 0; i < 12; i++) {
      rows[i] = random.nextDouble(-1e-3, 1e3);
    }
    Frame frame = new Frame(new Box(1, 2, 3, new Extent(8, 9, 10)), new double[] {1, 2, 3});
    Extent extent = new Extent(20, 21, 22);
    Framing framing =
        new Framing(
            frame,
            Placement.of(rows),
            new Bend(displacement, new Extent(2, 3, 4)),
            0.1 + 0.2,
            extent);
    Path file = folder.resolve("scan.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      FramingFile.of(framing).writeTo(out);
    }
    Framing read = FramingFile.read(Safetensors.read(file), frame, extent);
    assertEquals(framing.placement(), read.placement());
    assertEquals(framing.bend(), read.bend());
    assertEquals(framing.likeness(), read.likeness());
    assertSame(frame, read.frame());
    assertEquals(extent, read.extent());
  }

  @Test
  void noBendIsKept() throws IOException {
    Frame frame = Frame.whole(new Extent(3, 3, 3), new double[] {1, 1, 1});
    Framing framing = Framing.ofTemplate(frame, new Extent(3, 3, 3));
    Framing read = FramingFile.read(FramingFile.of(framing), frame, framing.extent());
    assertEquals(Bend.none(), read.bend());
    assertEquals(framing.placement(), read.placement());
  }
}
