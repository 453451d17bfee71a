package org.onelabel.networks.export;

import java.util.List;

/** V-Net without dropout: its stages as {@link org.onelabel.networks.model} has them. */
final class VnetScript {
  private static final List<String> STAGES =
      List.of("one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final int[] BLOCKS = {1, 2, 3, 3, 3, 3, 3, 2, 1};
  private static final int BOTTOM = 4;

  private VnetScript() {}

  static ForwardText forward() {
    ForwardText text = new ForwardText();
    for (int stage = 0; stage < BLOCKS.length; stage++) {
      String name = "block_" + STAGES.get(stage);
      if (stage > BOTTOM) {
        text.layer("widen", "block_" + STAGES.get(stage - 1) + "_up.conv.0");
        text.line("x = torch.add(x, skip%d)".formatted(2 * BOTTOM - stage));
      }
      for (int block = 0; block < BLOCKS[stage]; block++) {
        // The list of a published stage holds convolution, norm and ReLU in turn.
        text.layer("block", name + ".conv." + 3 * block);
      }
      if (stage < BOTTOM) {
        text.line("skip%d = x".formatted(stage)).layer("narrow", name + "_dw.conv.0");
      }
    }
    return text.head("out_conv");
  }
}
