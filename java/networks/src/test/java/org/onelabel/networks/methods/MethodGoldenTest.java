package org.onelabel.networks.methods;

import static org.onelabel.networks.GoldenCase.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.sampling.Patch;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.networks.weights.Weights;

/** The parts of the semi-supervised methods beside the published ones. */
class MethodGoldenTest {
  private static final int SIDE = 96;

  @Test
  void theDiscriminatorsScoresArePublishedOnes() {
    Safetensors golden = GoldenCase.open("discriminator");
    Safetensors weights = GoldenCase.weights("discriminator");
    int features = GoldenCase.setting(golden, "ndf");
    int channels = weights.get("conv1.weight").shape().get(1);
    int batch = golden.get("logits").shape().getFirst();
    try (NDManager manager = ComputeDevice.cpu().newManager();
        Operators operators = new Operators(manager);
        Discriminator discriminator =
            new Discriminator(2, channels, features, manager, operators)) {
      discriminator.weights().load(weights.tensors());
      int voxels = SIDE * SIDE * SIDE;
      float[] image = new float[batch * voxels];
      float[] map = new float[batch * 2 * voxels];
      for (int v = 0; v < voxels; v++) {
        double sx = Math.sin(0.13 * Math.floorDiv(v, SIDE * SIDE));
        double cy = Math.cos(0.07 * (v / SIDE % SIDE));
        double sz = Math.sin(0.05 * (v % SIDE) + 1);
        double[] images = {sx * cy + sz, sx + cy * sz};
        double[] logits = {sx * sz, cy};
        for (int b = 0; b < batch; b++) {
          double p = 1 / (1 + Math.exp(-logits[b]));
          image[b * voxels + v] = (float) images[b];
          map[2 * b * voxels + v] = (float) p;
          map[(2 * b + 1) * voxels + v] = (float) (1 - p);
        }
      }
      NDArray scores =
          discriminator.judge(
              manager.create(map, new Shape(batch, 2, SIDE, SIDE, SIDE)),
              manager.create(image, new Shape(batch, 1, SIDE, SIDE, SIDE)),
              false,
              false);
      assertClose("scores", golden.get("logits").floats(), scores.toFloatArray(), 1e-4);
    }
  }

  @Test
  void signedDistancesArePublishedOnes() {
    Safetensors golden = GoldenCase.open("signed_distance");
    Tensor label = golden.get("label");
    int[] shape = label.shape().stream().skip(1).mapToInt(Integer::intValue).toArray();
    int voxels = shape[0] * shape[1] * shape[2];
    byte[] labels = label.bytes();
    List<Patch> patches = new ArrayList<>();
    for (int b = 0; b < label.shape().getFirst(); b++) {
      byte[] one = java.util.Arrays.copyOfRange(labels, b * voxels, (b + 1) * voxels);
      patches.add(new Patch(null, one, null, null, true));
    }
    assertClose(
        "signed distance",
        golden.get("signed_distance").floats(),
        SignedDistance.of(patches, 1, shape),
        1e-4);
  }

  @Test
  void entropyOfSeveralPassesIsThePublishedOne() {
    Safetensors golden = GoldenCase.open("uncertainty");
    try (NDManager manager = ComputeDevice.cpu().newManager();
        Operators operators = new Operators(manager)) {
      Tensor logits = golden.get("logits");
      NDArray all = manager.create(logits.floats(), Weights.shape(logits));
      List<NDArray> passes = new ArrayList<>();
      for (int t = 0; t < logits.shape().getFirst(); t++) {
        passes.add(all.get(t));
      }
      NDArray mean = operators.losses().meanProbability(passes);
      assertClose("mean", golden.get("mean_probability").floats(), mean.toFloatArray(), 1e-4);
      NDArray entropy = operators.losses().entropy(mean);
      assertClose("entropy", golden.get("entropy").floats(), entropy.toFloatArray(), 1e-4);
      NDArray difference =
          operators
              .losses()
              .squaredDifference(
                  manager.create(
                      golden.get("student").floats(), Weights.shape(golden.get("student"))),
                  manager.create(
                      golden.get("teacher").floats(), Weights.shape(golden.get("teacher"))));
      assertClose("MSE", golden.get("softmax_mse").floats(), difference.toFloatArray(), 1e-4);
    }
  }
}
