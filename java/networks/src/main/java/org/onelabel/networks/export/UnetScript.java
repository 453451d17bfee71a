package org.onelabel.networks.export;

import java.util.List;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.UnetLayout;

/** The published U-Net without dropout, and without a head for signed distances. */
final class UnetScript {
  private UnetScript() {}

  static ForwardText forward(Architecture architecture) {
    UnetLayout layout = architecture.layout();
    int bottom = layout.levels() - 1;
    ForwardText text = new ForwardText();
    for (int level = 0; level < bottom; level++) {
      String name = "conv" + (level + 1);
      List<Integer> pooling = layout.poolings().get(level);
      doubleBlock(text, name);
      text.line("skip%d = x".formatted(level))
          .line("x = torch.max_pool3d(x, %s)".formatted(pooling));
    }
    doubleBlock(text, "center");
    for (int level = bottom - 1; level >= 0; level--) {
      text.line("x = self.join(skip%d, x)".formatted(level));
      doubleBlock(text, "up_concat" + (level + 1) + ".conv");
    }
    return text.head("final");
  }

  private static void doubleBlock(ForwardText text, String name) {
    text.layer("block", name + ".conv1.0").layer("block", name + ".conv2.0");
  }
}
