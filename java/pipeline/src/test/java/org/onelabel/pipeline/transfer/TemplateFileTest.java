package org.onelabel.pipeline.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

class TemplateFileTest {
  @TempDir private Path folder;

  private static TemplateFile template(double leastLikeness) {
    float[] first = new float[24];
    float[] second = new float[24];
    byte[] labels = new byte[24];
    for (int i = 0; i < 24; i++) {
      first[i] = i;
      second[i] = -i / 3f;
      labels[i] = (byte) (i % 3);
    }
    LabelArray trusted = new LabelArray(new Extent(4, 3, 2), labels);
    Bend bend = new Bend(new float[][] {{1, 2}, {3, 4}, {5, 6}}, new Extent(1, 2, 1));
    return new TemplateFile(
        List.of(first, second),
        new LabelArray(new Extent(2, 3, 4), labels),
        3,
        new double[] {0.1, 1, 2.5},
        new TemplateFile.Encoding(new int[] {1, 2, 3}, new int[] {8, 16, 32}),
        leastLikeness,
        List.of(new FramedScan(List.of(second, first), trusted, bend)));
  }

  private Safetensors written(TemplateFile template) throws IOException {
    Path file = folder.resolve("template.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      template.file().writeTo(out);
    }
    return Safetensors.read(file);
  }

  @Test
  void itIsReadAsItWasWritten() throws IOException {
    TemplateFile read = TemplateFile.of(written(template(0.3)));
    TemplateFile expected = template(0.3);
    assertEquals(2, read.channels().size());
    assertArrayEquals(expected.channels().getFirst(), read.channels().getFirst());
    assertArrayEquals(expected.channels().getLast(), read.channels().getLast());
    assertEquals(expected.extent(), read.extent());
    assertArrayEquals(expected.labels().labels(), read.labels().labels());
    assertEquals(3, read.classes());
    assertArrayEquals(expected.spacing(), read.spacing());
    assertArrayEquals(expected.encoding().stride(), read.encoding().stride());
    assertArrayEquals(expected.encoding().patch(), read.encoding().patch());
    assertEquals(0.3, read.leastLikeness());
    FramedScan trusted = read.trusted().getFirst();
    FramedScan expectedTrusted = expected.trusted().getFirst();
    assertEquals(1, read.trusted().size());
    assertArrayEquals(expectedTrusted.channels().getFirst(), trusted.channels().getFirst());
    assertEquals(expectedTrusted.labels().extent(), trusted.labels().extent());
    assertArrayEquals(expectedTrusted.labels().labels(), trusted.labels().labels());
    assertEquals(expectedTrusted.bend(), trusted.bend());
    assertTrue(Double.isNaN(TemplateFile.of(written(template(Double.NaN))).leastLikeness()));
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Safetensors whole = written(template(0.3));
    for (String key : whole.metadata().keySet()) {
      Map<String, String> metadata = new TreeMap<>(whole.metadata());
      metadata.remove(key);
      Safetensors without = new Safetensors(whole.tensors(), metadata);
      assertThrows(IllegalArgumentException.class, () -> TemplateFile.of(without), key);
    }
    Map<String, Tensor> tensors = new TreeMap<>(whole.tensors());
    tensors.put("labels", Tensor.of(new byte[6], 1, 2, 3));
    assertThrows(
        IllegalArgumentException.class,
        () -> TemplateFile.of(new Safetensors(tensors, whole.metadata())));
    tensors.remove("labels");
    assertThrows(
        IllegalArgumentException.class,
        () -> TemplateFile.of(new Safetensors(tensors, whole.metadata())));
  }
}
