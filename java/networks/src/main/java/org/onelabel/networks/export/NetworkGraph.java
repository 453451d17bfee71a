package org.onelabel.networks.export;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.onnx.OnnxGraph;
import org.onelabel.networks.onnx.OnnxGraph.Filter;
import org.onelabel.networks.onnx.OnnxGraph.Value;
import org.onelabel.networks.onnx.OnnxModel;
import org.onelabel.networks.weights.Tensor;

/**
 * A trained network as an ONNX model: its output {@code logits}, B×classes×X×Y×Z, of its input
 * {@code patches}, B×inputs×X×Y×Z, without dropout. The sides are multiples of {@link
 * org.onelabel.networks.model.UnetLayout#multiple}. Parameters have the published names.
 */
public final class NetworkGraph {
  private final OnnxGraph graph = new OnnxGraph();
  private final Map<Integer, Value> kept = new HashMap<>();
  private final Map<String, Tensor> parameters;

  private NetworkGraph(Map<String, Tensor> parameters) {
    this.parameters = parameters;
  }

  /**
   * The model of a network; empty for a network of which none can be made.
   *
   * @param weights by their published names
   * @param metadata of the model
   */
  public static Optional<OnnxModel> of(
      Architecture architecture, Map<String, Tensor> weights, Map<String, String> metadata) {
    return NetworkLayers.of(architecture, weights)
        .map(network -> new OnnxModel(graph(network, architecture.inputs()), metadata));
  }

  private static OnnxGraph graph(NetworkLayers network, int inputs) {
    NetworkGraph made = new NetworkGraph(network.parameters());
    Value x = made.graph.input("patches", inputs);
    for (Layer layer : network.layers()) {
      x = made.after(layer, x);
    }
    made.graph.output("logits", x);
    return made.graph;
  }

  /** What a layer makes of {@code x}. */
  private Value after(Layer layer, Value x) {
    return switch (layer) {
      case Layer.Block(String name) -> activated(graph.convolution(x, filter(name)));
      case Layer.Narrow(String name) -> activated(graph.stridedConvolution(x, filter(name)));
      case Layer.Widen(String name) -> activated(graph.transposedConvolution(x, filter(name)));
      case Layer.Head(String name) -> graph.convolution(x, filter(name));
      case Layer.Pool(List<Integer> factors) -> graph.maxPool(x, factors);
      case Layer.Keep(int level) -> {
        kept.put(level, x);
        yield x;
      }
      case Layer.Join(int level, List<Integer> factors) ->
          graph.concatenation(kept.get(level), graph.upsampled(x, factors));
      case Layer.Add(int level) -> graph.sum(x, kept.get(level));
    };
  }

  private Value activated(Value x) {
    return graph.relu(graph.instanceNorm(x));
  }

  private Filter filter(String name) {
    return graph.filter(name, parameters.get(name + ".weight"), parameters.get(name + ".bias"));
  }
}
