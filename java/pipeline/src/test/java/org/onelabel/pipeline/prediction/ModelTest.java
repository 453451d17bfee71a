package org.onelabel.pipeline.prediction;

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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.pipeline.intensity.Intensities;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Spacing;
import org.onelabel.volumes.dataset.ImageFiles;
import org.onelabel.volumes.dataset.Naming;

class ModelTest {
  private static final Architecture SMALL = new Architecture(1, false, 2, 2);
  private static final ImageFiles FILES =
      new ImageFiles(Naming.SUFFIXED, OptionalInt.of(1), List.of(), Optional.empty());

  @TempDir private Path folder;
  @AutoClose private final Kernels kernels = Kernels.open();

  private static Safetensors content() {
    return content(FILES);
  }

  private static Safetensors content(ImageFiles files) {
    LocationPrior location =
        new LocationPrior(new double[] {0.4, 0.5, 0.6}, new double[] {0.05, 0.1, 0.2});
    Model.Recipe recipe =
        new Model.Recipe(
            new double[] {1, 1, 2},
            Intensities.parse("per scan"),
            new Tiling(new int[] {16, 16, 16}, 0.5, SlidingWindow.Blending.UNIFORM),
            new ComponentFilter(2, location),
            List.of("organ"),
            0.25,
            files);
    return Model.file(SMALL, Specialist.fresh(SMALL, 1, ComputeDevice.cpu()), recipe);
  }

  private Path written(Safetensors content, String without) throws IOException {
    Map<String, String> metadata = new TreeMap<>(content.metadata());
    metadata.remove(without);
    Path file = folder.resolve("model.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      new Safetensors(content.tensors(), metadata).writeTo(out);
    }
    return file;
  }

  @Test
  void aModelIsReadAsItWasWritten() throws IOException {
    try (Model model = Model.read(written(content(), ""), kernels, ComputeDevice.cpu())) {
      assertEquals(List.of("organ"), model.structures());
      assertEquals(FILES, model.images());
      assertEquals(2, model.filter().kept());
      assertArrayEquals(new double[] {0.4, 0.5, 0.6}, model.filter().location().mean());
      assertArrayEquals(new double[] {0.05, 0.1, 0.2}, model.filter().location().deviation());
    }
  }

  @Test
  void aModelKnowsTheSpacingOfFilesThatTellNone() throws IOException {
    ImageFiles files =
        new ImageFiles(
            Naming.PLAIN, OptionalInt.of(1), List.of(), Optional.of(new Spacing(0.5, 0.75, 2.1)));
    Path file = written(content(files), "");
    try (Model model = Model.read(file, kernels, ComputeDevice.cpu())) {
      assertEquals(files, model.images());
    }
    Safetensors spoilt = content(files);
    for (String sides : List.of("1,1", "1,1,0", "1,1,x")) {
      Map<String, String> metadata = new TreeMap<>(spoilt.metadata());
      metadata.put("fileSpacing", sides);
      Path wrong = written(new Safetensors(spoilt.tensors(), metadata), "");
      assertThrows(
          InputException.class, () -> Model.read(wrong, kernels, ComputeDevice.cpu()), sides);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"intensities", "location", "locationDeviation"})
  void aModelOfAnEarlierVersionIsRefusedAsSuch(String without) throws IOException {
    Path file = written(content(), without);
    InputException e =
        assertThrows(InputException.class, () -> Model.read(file, kernels, ComputeDevice.cpu()));
    assertTrue(e.getMessage().endsWith("is of another version of onelabel; train again"));
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    Path file = written(content(), "spacing");
    InputException e =
        assertThrows(InputException.class, () -> Model.read(file, kernels, ComputeDevice.cpu()));
    assertTrue(e.getMessage().contains("is no model of onelabel"), e::getMessage);
  }
}
