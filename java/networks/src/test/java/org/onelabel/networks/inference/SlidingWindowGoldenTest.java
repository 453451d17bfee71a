package org.onelabel.networks.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;

class SlidingWindowGoldenTest {

  @Test
  void labelsAndEntropyOfTiledPredictionArePublishedOnes() {
    Safetensors golden = GoldenCase.open("sliding_window");
    int[] patch = GoldenCase.sides(golden, "patch");
    int xy = GoldenCase.setting(golden, "stride_xy");
    int z = GoldenCase.setting(golden, "stride_z");
    SlidingWindow window =
        new SlidingWindow(patch, new int[] {xy, xy, z}, SlidingWindow.Blending.UNIFORM);
    float[] weight = golden.get("weight").floats();
    float[] bias = golden.get("bias").floats();
    assertTrue(golden.tensors().containsKey("image.0"), "an image to tile");
    for (int i = 0; golden.tensors().containsKey("image." + i); i++) {
      Tensor image = golden.get("image." + i);
      int[] shape = image.shape().stream().mapToInt(Integer::intValue).toArray();
      Scan scan = new Scan(List.of(image.floats()), shape, null, null);
      SlidingWindow.Padded padded =
          window.predict(
              scan,
              false,
              2,
              values -> convolve(values, patch, weight, bias),
              SlidingWindow.Listener.NONE);
      byte[] expected = golden.get("label." + i).bytes();
      float[][] inside = padded.cropped(shape);
      int wrong = 0;
      for (int v = 0; v < expected.length; v++) {
        boolean tied = Math.abs(inside[1][v] - inside[0][v]) < 1e-5;
        wrong += (inside[1][v] > inside[0][v] ? 1 : 0) != expected[v] && !tied ? 1 : 0;
      }
      assertEquals(0, wrong, "labels of image " + i);
      assertEquals(
          golden.get("uncertainty." + i).doubles()[0],
          meanEntropy(padded.probabilities()),
          1e-5,
          "uncertainty of image " + i);
    }
  }

  private static double meanEntropy(float[][] p) {
    double sum = 0;
    for (int v = 0; v < p[0].length; v++) {
      double total = 0;
      for (float[] values : p) {
        total += values[v];
      }
      for (float[] values : p) {
        double q = values[v] / (total + 1e-8);
        sum -= q * Math.log(q + 1e-8);
      }
    }
    return sum / p[0].length;
  }

  /** softmax(3 · conv3d(image, 5³, padding 2)). */
  private static float[] convolve(float[] image, int[] n, float[] weight, float[] bias) {
    int voxels = n[0] * n[1] * n[2];
    float[] result = new float[2 * voxels];
    for (int x = 0; x < n[0]; x++) {
      for (int y = 0; y < n[1]; y++) {
        for (int z = 0; z < n[2]; z++) {
          double[] logits = {bias[0], bias[1]};
          for (int k = 0; k < 125; k++) {
            int sx = x + k / 25 - 2;
            int sy = y + k / 5 % 5 - 2;
            int sz = z + k % 5 - 2;
            if (sx >= 0 && sy >= 0 && sz >= 0 && sx < n[0] && sy < n[1] && sz < n[2]) {
              float value = image[(sx * n[1] + sy) * n[2] + sz];
              logits[0] += weight[k] * value;
              logits[1] += weight[125 + k] * value;
            }
          }
          double second = 1 / (1 + Math.exp(3 * (logits[0] - logits[1])));
          int at = (x * n[1] + y) * n[2] + z;
          result[at] = (float) (1 - second);
          result[voxels + at] = (float) second;
        }
      }
    }
    return result;
  }
}
