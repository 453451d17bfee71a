package org.onelabel.networks.export;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The text of a network's {@code forward} in TorchScript, a line a layer, and the layers as
 * methods. The formulas are those of {@link org.onelabel.networks.operations.Layers}, in operators
 * that work on every device and in every memory layout.
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

  private ForwardText() {}

  /** The attribute of a parameter with a published name. */
  static String attribute(String parameter) {
    return parameter.replace('.', '_');
  }

  /** The text of all methods of the class {@code __torch__.name}. */
  static String methods(String name, List<Layer> layers) {
    String body =
        layers.stream().map(layer -> "  " + line(layer) + "\n").collect(Collectors.joining());
    return LAYERS.replace("NETWORK", name)
        + "def forward(self: __torch__.%s, x: Tensor) -> Tensor:\n%s  return x\n"
            .formatted(name, body);
  }

  private static String line(Layer layer) {
    return switch (layer) {
      case Layer.Block block -> "x = self.block(x, %s)".formatted(weightAndBias(block));
      case Layer.Narrow narrow -> "x = self.narrow(x, %s)".formatted(weightAndBias(narrow));
      case Layer.Widen widen -> "x = self.widen(x, %s)".formatted(weightAndBias(widen));
      case Layer.Head head -> "x = torch.conv3d(x, %s)".formatted(weightAndBias(head));
      case Layer.Pool(List<Integer> factors) -> "x = torch.max_pool3d(x, %s)".formatted(factors);
      case Layer.Keep(int level) -> "skip%d = x".formatted(level);
      case Layer.Join(int level, _) -> "x = self.join(skip%d, x)".formatted(level);
      case Layer.Add(int level) -> "x = torch.add(x, skip%d)".formatted(level);
    };
  }

  private static String weightAndBias(Layer.Trained layer) {
    String name = attribute(layer.parameters());
    return "self.%1$s_weight, self.%1$s_bias".formatted(name);
  }
}
