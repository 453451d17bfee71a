package org.onelabel.networks.export;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The text of a network's {@code forward}, written layer by layer, and the layers as methods. The
 * formulas are those of {@link org.onelabel.networks.operations.Layers}, in operators that work on
 * every device and in every memory layout. Not thread-safe.
 */
final class ForwardText {
  /** [Convolution, instance norm, ReLU] and what is between levels. */
  private static final String LAYERS =
      """
      def norm(self: __torch__.NETWORK, y: Tensor) -> Tensor:
        d = torch.sub(y, torch.mean(y, [2, 3, 4], True))
        v = torch.mean(torch.mul(d, d), [2, 3, 4], True)
        return torch.relu(torch.mul(d, torch.rsqrt(torch.add(v, 1.0e-05))))
      def block(self: __torch__.NETWORK, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        padding = [torch.floordiv(torch.size(weight, 2), 2), torch.floordiv(torch.size(weight, 3), 2), torch.floordiv(torch.size(weight, 4), 2)]
        return self.norm(torch.conv3d(x, weight, bias, [1, 1, 1], padding))
      def narrow(self: __torch__.NETWORK, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return self.norm(torch.conv3d(x, weight, bias, [2, 2, 2]))
      def widen(self: __torch__.NETWORK, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return self.norm(torch.conv_transpose3d(x, weight, bias, [2, 2, 2]))
      def join(self: __torch__.NETWORK, skip: Tensor, x: Tensor) -> Tensor:
        sides = [torch.size(skip, 2), torch.size(skip, 3), torch.size(skip, 4)]
        return torch.cat([skip, torch.upsample_trilinear3d(x, sides, False, None)], 1)
      """;

  private final Set<String> parameters = new LinkedHashSet<>();
  private final List<String> lines = new ArrayList<>();

  /** The attribute of a parameter with a published name. */
  static String attribute(String parameter) {
    return parameter.replace('.', '_');
  }

  /** {@code x} becomes what a layer makes of it with its weight and bias. */
  ForwardText layer(String layer, String parameters) {
    return line("x = self.%s(x, %s)".formatted(layer, weightAndBias(parameters)));
  }

  /** {@code x} becomes class scores, a 1³ convolution. */
  ForwardText head(String parameters) {
    return line("x = torch.conv3d(x, %s)".formatted(weightAndBias(parameters)));
  }

  /** Adds a line. */
  ForwardText line(String line) {
    lines.add(line);
    return this;
  }

  private String weightAndBias(String name) {
    return parameter(name + ".weight") + ", " + parameter(name + ".bias");
  }

  private String parameter(String name) {
    parameters.add(name);
    return "self." + attribute(name);
  }

  /** The published names of all parameters. */
  Set<String> parameters() {
    return parameters;
  }

  /** The text of all methods of the class {@code __torch__.name}. */
  String methods(String name) {
    String body = lines.stream().map(line -> "  " + line + "\n").collect(Collectors.joining());
    return LAYERS.replace("NETWORK", name)
        + "def forward(self: __torch__.%s, x: Tensor) -> Tensor:\n%s  return x\n"
            .formatted(name, body);
  }
}
