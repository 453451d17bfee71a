package org.onelabel.pipeline.uncertainty;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.onelabel.networks.GoldenCase.assertClose;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.weights.Safetensors;

class UncertaintyGoldenTest {

  @ParameterizedTest
  @EnumSource(Kernels.Implementation.class)
  void meanProbabilityAndEntropyArePublishedOnes(Kernels.Implementation implementation) {
    Safetensors golden = GoldenCase.open("uncertainty");
    float[] logits = golden.get("logits").floats();
    float[] expected = golden.get("entropy").floats();
    int passes = golden.get("logits").shape().get(0);
    int classes = golden.get("logits").shape().get(2);
    float[] mean = new float[classes * expected.length];
    float[] entropy = new float[expected.length];
    // Only a card may be lacking; the others are part of every build.
    assumeTrue(
        implementation != Kernels.Implementation.CUDA
            || Kernels.available().stream()
                .anyMatch(a -> a.implementation() == implementation && a.available()),
        implementation + " is not available here");
    try (Kernels kernels = Kernels.open(implementation, 0)) {
      kernels.run(
          VoxelEntropy.ofLogits(Buffer.of(logits), passes, classes, expected.length)
              .meanInto(Buffer.of(mean))
              .entropyInto(Buffer.of(entropy)));
    }
    assertClose("mean probability", golden.get("mean_probability").floats(), mean, 1e-4);
    assertClose("entropy", expected, entropy, 1e-4);
  }
}
