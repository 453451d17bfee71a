package org.onelabel.networks.export;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
    return switch (architecture.network()) {
      case UNET_3D, UNET_3D_SDF ->
          Optional.of(archive(UnetScript.forward(architecture), weights, extra));
      case VNET -> Optional.of(archive(VnetScript.forward(), weights, extra));
      case SAM_MED3D -> Optional.empty();
    };
  }

  private static ScriptArchive archive(
      ForwardText forward, Map<String, Tensor> weights, Map<String, String> extra) {
    List<ScriptParameter> parameters = new ArrayList<>();
    new TreeMap<>(weights)
        .forEach(
            (name, tensor) -> {
              if (forward.parameters().contains(name)) {
                parameters.add(
                    new ScriptParameter(
                        ForwardText.attribute(name), tensor.shape(), tensor.data()));
              }
            });
    requireAll(forward.parameters(), weights);
    return new ScriptArchive(NAME, forward.methods(NAME), parameters, false, extra);
  }

  private static void requireAll(Collection<String> names, Map<String, Tensor> weights) {
    if (!weights.keySet().containsAll(names)) {
      throw new IllegalArgumentException("weights of another network");
    }
  }
}
