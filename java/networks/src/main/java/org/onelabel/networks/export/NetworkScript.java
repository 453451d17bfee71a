package org.onelabel.networks.export;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.torchscript.ScriptArchive;
import org.onelabel.networks.torchscript.ScriptParameter;
import org.onelabel.networks.weights.Tensor;

/**
 * A trained network as a TorchScript module: {@code forward} gives the logits B×classes×X×Y×Z of
 * patches B×inputs×X×Y×Z, without dropout. It uses operators alone that every PyTorch has on every
 * device. Parameters have the published names, with {@code _} for each dot.
 */
public final class NetworkScript {
  private static final String NAME = "Network";

  private NetworkScript() {}

  /**
   * The archive of a network; empty for a network of which none can be made.
   *
   * @param weights by their published names
   * @param extra further files in the archive
   */
  public static Optional<ScriptArchive> of(
      Architecture architecture, Map<String, Tensor> weights, Map<String, String> extra) {
    return NetworkLayers.of(architecture, weights).map(network -> archive(network, extra));
  }

  private static ScriptArchive archive(NetworkLayers network, Map<String, String> extra) {
    List<ScriptParameter> parameters =
        network.parameters().entrySet().stream()
            .map(entry -> parameter(entry.getKey(), entry.getValue()))
            .toList();
    String methods = ForwardText.methods(NAME, network.layers());
    return new ScriptArchive(NAME, methods, parameters, false, extra);
  }

  private static ScriptParameter parameter(String name, Tensor tensor) {
    return new ScriptParameter(ForwardText.attribute(name), tensor.shape(), tensor.data());
  }
}
