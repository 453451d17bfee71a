package org.onelabel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.sam.SamMed3d;
import org.onelabel.networks.weights.Tensor;

/**
 * One forward pass of the image encoder of SAM-Med3D at its published size (768 wide, 12 blocks,
 * 128³ voxels) with random weights: seconds of each of some passes, the median, and the process's
 * largest resident memory.
 */
public final class SamMed3dForward {
  private static final int WIDTH = 768;
  private static final int HEADS = 12;
  private static final int DEPTH = 12;
  private static final int PATCH = 16;
  private static final int GRID = 8;
  private static final int WINDOW = 14;
  private static final int OUT = 384;
  private static final int PASSES = 5;

  private final Random random = new Random(1);
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private SamMed3dForward() {}

  /** Measures. */
  public static void main(String[] arguments) throws IOException {
    SamMed3dForward sizes = new SamMed3dForward();
    sizes.imageEncoder();
    sizes.promptEncoder();
    sizes.maskDecoder();
    int side = PATCH * GRID;
    float[] image = new float[side * side * side];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) sizes.random.nextGaussian();
    }
    try (SamMed3d network = SamMed3d.of(sizes.tensors, ComputeDevice.cpu())) {
      sizes.tensors.clear();
      double[] seconds = new double[PASSES];
      for (int i = 0; i < PASSES; i++) {
        long start = System.nanoTime();
        network.encode(image);
        seconds[i] = (System.nanoTime() - start) / 1e9;
        System.out.printf("pass %d: %.2f s%n", i + 1, seconds[i]);
      }
      Arrays.sort(seconds);
      System.out.printf("median %.2f s, %s%n", seconds[PASSES / 2], peak());
    }
  }

  private static String peak() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .map(line -> "peak resident " + line.replaceAll("\\D+", " ").strip() + " kB")
        .findFirst()
        .orElse("");
  }

  private void add(String name, int... shape) {
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = 0.02f * (float) random.nextGaussian();
    }
    tensors.put(name, Tensor.of(values, shape));
  }

  private void linear(String name, int out, int... in) {
    int[] shape = new int[in.length + 1];
    shape[0] = out;
    System.arraycopy(in, 0, shape, 1, in.length);
    add(name + ".weight", shape);
    add(name + ".bias", out);
  }

  private void imageEncoder() {
    String image = "image_encoder.";
    add(image + "pos_embed", 1, GRID, GRID, GRID, WIDTH);
    linear(image + "patch_embed.proj", WIDTH, 1, PATCH, PATCH, PATCH);
    for (int b = 0; b < DEPTH; b++) {
      String block = image + "blocks." + b + ".";
      int size = b % 3 == 2 ? GRID : WINDOW;
      linear(block + "norm1", WIDTH);
      for (String axis : new String[] {"d", "h", "w"}) {
        add(block + "attn.rel_pos_" + axis, 2 * size - 1, WIDTH / HEADS);
      }
      linear(block + "attn.qkv", 3 * WIDTH, WIDTH);
      linear(block + "attn.proj", WIDTH, WIDTH);
      linear(block + "norm2", WIDTH);
      linear(block + "mlp.lin1", 4 * WIDTH, WIDTH);
      linear(block + "mlp.lin2", WIDTH, 4 * WIDTH);
    }
    add(image + "neck.0.weight", OUT, WIDTH, 1, 1, 1);
    linear(image + "neck.1", OUT);
    add(image + "neck.2.weight", OUT, OUT, 3, 3, 3);
    linear(image + "neck.3", OUT);
  }

  private void promptEncoder() {
    String prompt = "prompt_encoder.";
    add(prompt + "pe_layer.positional_encoding_gaussian_matrix", 3, OUT / 3);
    for (String name : new String[] {"point_embeddings.0", "point_embeddings.1"}) {
      add(prompt + name + ".weight", 1, OUT);
    }
    add(prompt + "not_a_point_embed.weight", 1, OUT);
    add(prompt + "no_mask_embed.weight", 1, OUT);
    linear(prompt + "mask_downscaling.0", 4, 1, 2, 2, 2);
    linear(prompt + "mask_downscaling.1", 4);
    linear(prompt + "mask_downscaling.3", 16, 4, 2, 2, 2);
    linear(prompt + "mask_downscaling.4", 16);
    linear(prompt + "mask_downscaling.6", OUT, 16, 1, 1, 1);
  }

  private void maskDecoder() {
    String decoder = "mask_decoder.";
    String transformer = decoder + "transformer.";
    for (int layer = 0; layer < 2; layer++) {
      String prefix = transformer + "layers." + layer + ".";
      attention(prefix + "self_attn.", OUT);
      attention(prefix + "cross_attn_token_to_image.", OUT / 2);
      attention(prefix + "cross_attn_image_to_token.", OUT / 2);
      for (int norm = 1; norm <= 4; norm++) {
        linear(prefix + "norm" + norm, OUT);
      }
      linear(prefix + "mlp.lin1", 2048, OUT);
      linear(prefix + "mlp.lin2", OUT, 2048);
    }
    attention(transformer + "final_attn_token_to_image.", OUT / 2);
    linear(transformer + "norm_final_attn", OUT);
    add(decoder + "iou_token.weight", 1, OUT);
    add(decoder + "mask_tokens.weight", 4, OUT);
    add(decoder + "output_upscaling.0.weight", OUT, OUT / 4, 2, 2, 2);
    add(decoder + "output_upscaling.0.bias", OUT / 4);
    linear(decoder + "output_upscaling.1", OUT / 4);
    add(decoder + "output_upscaling.3.weight", OUT / 4, OUT / 8, 2, 2, 2);
    add(decoder + "output_upscaling.3.bias", OUT / 8);
    for (int token = 0; token < 4; token++) {
      String layers = decoder + "output_hypernetworks_mlps." + token + ".layers.";
      linear(layers + "0", OUT, OUT);
      linear(layers + "1", OUT, OUT);
      linear(layers + "2", OUT / 8, OUT);
    }
    String head = decoder + "iou_prediction_head.layers.";
    linear(head + "0", 256, OUT);
    linear(head + "1", 256, 256);
    linear(head + "2", 4, 256);
  }

  private void attention(String prefix, int inner) {
    for (String name : new String[] {"q_proj", "k_proj", "v_proj"}) {
      linear(prefix + name, inner, OUT);
    }
    linear(prefix + "out_proj", OUT, inner);
  }
}
