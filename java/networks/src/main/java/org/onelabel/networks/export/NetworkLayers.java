package org.onelabel.networks.export;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.UnetLayout;
import org.onelabel.networks.weights.Tensor;

/**
 * A trained network as the layers of its forward pass, without dropout and without a head for
 * signed distances.
 *
 * @param layers in their order; the last one gives the logits
 * @param parameters of these layers, by their published names
 */
record NetworkLayers(List<Layer> layers, SortedMap<String, Tensor> parameters) {
  private static final List<String> VNET_STAGES =
      List.of("one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final int[] VNET_BLOCKS = {1, 2, 3, 3, 3, 3, 3, 2, 1};
  private static final int VNET_BOTTOM = 4;

  NetworkLayers {
    layers = List.copyOf(layers);
    parameters = Collections.unmodifiableSortedMap(parameters);
  }

  /**
   * The layers of a network; empty for one that is not made of such layers.
   *
   * @param weights of this network, or of more than it; others are an {@link
   *     IllegalArgumentException}
   */
  static Optional<NetworkLayers> of(Architecture architecture, Map<String, Tensor> weights) {
    return switch (architecture.network()) {
      case UNET_3D, UNET_3D_SDF -> Optional.of(with(weights, unet(architecture.layout())));
      case VNET -> Optional.of(with(weights, vnet()));
      case SAM_MED3D -> Optional.empty();
    };
  }

  private static NetworkLayers with(Map<String, Tensor> weights, List<Layer> layers) {
    SortedMap<String, Tensor> parameters = new TreeMap<>();
    for (Layer layer : layers) {
      if (layer instanceof Layer.Trained trained) {
        for (String part : List.of(".weight", ".bias")) {
          String name = trained.parameters() + part;
          Tensor tensor = weights.get(name);
          if (tensor == null) {
            throw new IllegalArgumentException("weights of another network: no " + name);
          }
          parameters.put(name, tensor);
        }
      }
    }
    return new NetworkLayers(layers, parameters);
  }

  private static List<Layer> unet(UnetLayout layout) {
    List<Layer> layers = new ArrayList<>();
    int bottom = layout.levels() - 1;
    for (int level = 0; level < bottom; level++) {
      addDoubleBlock(layers, "conv" + (level + 1));
      layers.add(new Layer.Keep(level));
      layers.add(new Layer.Pool(layout.poolings().get(level)));
    }
    addDoubleBlock(layers, "center");
    for (int level = bottom - 1; level >= 0; level--) {
      layers.add(new Layer.Join(level, layout.poolings().get(level)));
      addDoubleBlock(layers, "up_concat" + (level + 1) + ".conv");
    }
    layers.add(new Layer.Head("final"));
    return layers;
  }

  private static void addDoubleBlock(List<Layer> layers, String name) {
    layers.add(new Layer.Block(name + ".conv1.0"));
    layers.add(new Layer.Block(name + ".conv2.0"));
  }

  private static List<Layer> vnet() {
    List<Layer> layers = new ArrayList<>();
    for (int stage = 0; stage < VNET_BLOCKS.length; stage++) {
      String name = "block_" + VNET_STAGES.get(stage);
      if (stage > VNET_BOTTOM) {
        layers.add(new Layer.Widen("block_" + VNET_STAGES.get(stage - 1) + "_up.conv.0"));
        layers.add(new Layer.Add(2 * VNET_BOTTOM - stage));
      }
      for (int block = 0; block < VNET_BLOCKS[stage]; block++) {
        // The list of a published stage holds convolution, norm and ReLU in turn.
        layers.add(new Layer.Block(name + ".conv." + 3 * block));
      }
      if (stage < VNET_BOTTOM) {
        layers.add(new Layer.Keep(stage));
        layers.add(new Layer.Narrow(name + "_dw.conv.0"));
      }
    }
    layers.add(new Layer.Head("out_conv"));
    return layers;
  }
}
