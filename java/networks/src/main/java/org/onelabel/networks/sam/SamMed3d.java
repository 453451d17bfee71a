package org.onelabel.networks.sam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.onelabel.networks.encoder.DenseEncoder;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.operations.Resources;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.networks.weights.Weights;

/**
 * SAM-Med3D (Wang et al., 2023), the published generalist: a 3-D vision transformer with windowed
 * attention and decomposed relative positions, a prompt encoder for points and masks, and a two-way
 * mask decoder. Its size follows from the weights, which carry the published names. Owns native
 * memory: close it. Not thread-safe.
 */
public final class SamMed3d implements AutoCloseable {
  private static final String IMAGE = "image_encoder.";
  private static final String PROMPT = "prompt_encoder.";
  private static final String DECODER = "mask_decoder.";
  private static final int DECODER_LAYERS = 2;

  /** Masks the decoder gives at once. */
  public static final int MASK_TOKENS = 4;

  private static final List<String> ATTENTION =
      List.of("q_proj.", "k_proj.", "v_proj.", "out_proj.");

  private final Resources resources;
  private final NDManager manager;
  private final Operators operators;
  private final Weights weights;
  private final int depth;
  private final int patch;
  private final int[] grid;

  private SamMed3d(Resources resources, Map<String, Tensor> tensors, NDManager own) {
    this.resources = resources;
    manager = resources.add(own, NDManager::close);
    operators = resources.add(new Operators(manager, "sam_med3d"), Operators::close);
    weights = resources.add(new Weights("SAM-Med3D", manager), Weights::close);
    tensors.forEach(
        (name, tensor) ->
            weights.add(name, tensor.shape().stream().mapToLong(Integer::longValue).toArray()));
    weights.load(tensors);
    int blocks = 0;
    while (tensors.containsKey(IMAGE + "blocks." + blocks + ".norm1.weight")) {
      blocks++;
    }
    depth = blocks;
    patch = tensors.get(IMAGE + "patch_embed.proj.weight").shape().get(2);
    List<Integer> positions = tensors.get(IMAGE + "pos_embed").shape();
    grid = new int[] {positions.get(1), positions.get(2), positions.get(3)};
  }

  /**
   * A network with these weights. Names before {@code image_encoder.} such as {@code module.} are
   * left out; other networks' weights are an {@link IllegalArgumentException}.
   */
  public static SamMed3d of(Map<String, Tensor> tensors) {
    return of(tensors, () -> NDManager.newBaseManager(Operators.ENGINE));
  }

  /** The same, in a manager that outlives it. */
  public static SamMed3d of(Map<String, Tensor> tensors, NDManager parent) {
    return of(tensors, parent::newSubManager);
  }

  private static SamMed3d of(Map<String, Tensor> tensors, Supplier<NDManager> manager) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          for (String part : List.of(IMAGE, PROMPT, DECODER)) {
            int at = name.indexOf(part);
            if (at == 0 || (at > 0 && name.charAt(at - 1) == '.')) {
              own.put(name.substring(at), tensor);
            }
          }
        });
    requireWhole(own);
    return Resources.open(resources -> new SamMed3d(resources, own, manager.get()));
  }

  /** Refuses weights in which something is missing or does not fit. */
  private static void requireWhole(Map<String, Tensor> tensors) {
    List<String> needed = needed(tensors);
    List<String> missing = needed.stream().filter(name -> !tensors.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "the weights are not those of SAM-Med3D: %d of %d tensors are missing, %s first"
              .formatted(missing.size(), needed.size(), missing.getFirst()));
    }
    if (tensors.get(IMAGE + "pos_embed").shape().size() != 5
        || tensors.get(IMAGE + "patch_embed.proj.weight").shape().size() != 5) {
      throw new IllegalArgumentException("the weights are not those of SAM-Med3D: not in 3-D");
    }
  }

  /**
   * The names of all weights of a network with as many blocks as {@code tensors} has, 1 at least.
   */
  static List<String> needed(Map<String, Tensor> tensors) {
    List<String> needed = new ArrayList<>(List.of(IMAGE + "pos_embed"));
    needed.addAll(named(IMAGE + "patch_embed.proj.", "weight", "bias"));
    int blocks = 0;
    do {
      needed.addAll(block(blocks++));
    } while (tensors.containsKey(IMAGE + "blocks." + blocks + ".norm1.weight"));
    needed.addAll(neck());
    needed.addAll(pointWeights());
    needed.add(PROMPT + "no_mask_embed.weight");
    needed.addAll(maskWeights());
    needed.addAll(decoderWeights());
    return needed;
  }

  /** Sides of the volume it takes, voxels. */
  public int[] inputSides() {
    return new int[] {grid[0] * patch, grid[1] * patch, grid[2] * patch};
  }

  /** Channels of its features. */
  public int dimension() {
    return (int) weights.get(IMAGE + "neck.0.weight").getShape().get(0);
  }

  /** Its weights by their published names. */
  public Map<String, Tensor> save() {
    return weights.save();
  }

  /**
   * Features of one patch.
   *
   * @param image values of {@link #inputSides()}
   */
  public DenseEncoder.Features encode(float[] image) {
    try (NDManager step = manager.newSubManager()) {
      int[] sides = inputSides();
      NDArray in = step.create(image, new Shape(1, 1, sides[0], sides[1], sides[2]));
      return new DenseEncoder.Features(features(in).toFloatArray(), dimension(), grid.clone());
    }
  }

  /** B×dimension×grid features of B×1×X×Y×Z. */
  public NDArray features(NDArray image) {
    NDArray x =
        operators.call(
            "patches",
            image,
            weights.get(IMAGE + "patch_embed.proj.weight"),
            weights.get(IMAGE + "patch_embed.proj.bias"),
            weights.get(IMAGE + "pos_embed"));
    for (int b = 0; b < depth; b++) {
      x = operators.withWeights("block", list(block(b)), x);
    }
    return operators.withWeights("neck", list(neck()), x);
  }

  /**
   * Embeddings of clicks, B×(N+1)×dimension: as published a point that is none comes last.
   *
   * @param points B×N×3 voxels in the input
   * @param kinds B×N: 1 inside, 0 outside
   */
  public NDArray sparse(NDArray points, NDArray kinds) {
    NDManager owner = points.getManager();
    long batch = points.getShape().get(0);
    int[] sides = inputSides();
    NDArray scale = owner.create(new float[] {1f / sides[0], 1f / sides[1], 1f / sides[2]});
    NDArray places = points.add(0.5f).mul(scale);
    NDArray padding = owner.zeros(new Shape(batch, 1, 3)).add(0.5f).mul(scale);
    NDArray nobody = owner.ones(new Shape(batch, 1)).neg();
    return operators.withWeights(
        "points",
        list(pointWeights()),
        places.concat(padding, 1),
        kinds.toType(DataType.FLOAT32, false).concat(nobody, 1));
  }

  /** Embedding of a mask of logits B×1×4·grid; the learnt one, owner's, for {@code null}. */
  public NDArray dense(NDArray mask, NDManager owner) {
    if (mask != null) {
      return operators.withWeights("mask", list(maskWeights()), mask);
    }
    NDArray none = weights.get(PROMPT + "no_mask_embed.weight").reshape(1, -1, 1, 1, 1);
    // A view belongs to the weights' manager, where it would stay as long as they do.
    none.attach(owner);
    return none.broadcast(1, dimension(), grid[0], grid[1], grid[2]);
  }

  /** The code of every cell of the grid, 1×dimension×grid; the first two axes are swapped. */
  NDArray places(NDManager owner) {
    float[] values = new float[3 * grid[0] * grid[1] * grid[2]];
    int next = 0;
    for (int x = 0; x < grid[0]; x++) {
      for (int y = 0; y < grid[1]; y++) {
        for (int z = 0; z < grid[2]; z++) {
          values[next++] = (y + 0.5f) / grid[1];
          values[next++] = (x + 0.5f) / grid[0];
          values[next++] = (z + 0.5f) / grid[2];
        }
      }
    }
    NDArray cells = owner.create(values, new Shape(1, grid[0], grid[1], grid[2], 3));
    NDArray code =
        operators.call(
            "waves", cells, weights.get(PROMPT + "pe_layer.positional_encoding_gaussian_matrix"));
    return code.transpose(0, 4, 1, 2, 3);
  }

  /** Mask logits B×4×4·grid of features and prompts; the first is the single mask. */
  public NDArray masks(NDArray features, NDArray sparse, NDArray dense) {
    return decode("masks", features, sparse, dense);
  }

  /** How good it holds these masks to be, B×4: estimated overlaps. */
  NDArray quality(NDArray features, NDArray sparse, NDArray dense) {
    return decode("qualities", features, sparse, dense);
  }

  private NDArray decode(String what, NDArray features, NDArray sparse, NDArray dense) {
    NDArray places = places(features.getManager());
    return operators.withWeights(what, list(decoderWeights()), features, places, sparse, dense);
  }

  public Weights weights() {
    return weights;
  }

  public Operators operators() {
    return operators;
  }

  public NDManager manager() {
    return manager;
  }

  private List<NDArray> list(List<String> names) {
    return weights.list(names.toArray(String[]::new));
  }

  private static List<String> named(String prefix, String... names) {
    return Arrays.stream(names).map(name -> prefix + name).toList();
  }

  private static List<String> withBias(String prefix, List<String> names) {
    return names.stream()
        .flatMap(name -> Stream.of(prefix + name + "weight", prefix + name + "bias"))
        .toList();
  }

  private static List<String> block(int b) {
    String prefix = IMAGE + "blocks." + b + ".";
    List<String> names = new ArrayList<>(withBias(prefix, List.of("norm1.")));
    names.addAll(named(prefix + "attn.", "rel_pos_d", "rel_pos_h", "rel_pos_w"));
    names.addAll(
        withBias(prefix, List.of("attn.qkv.", "attn.proj.", "norm2.", "mlp.lin1.", "mlp.lin2.")));
    return names;
  }

  private static List<String> neck() {
    return named(
        IMAGE + "neck.", "0.weight", "1.weight", "1.bias", "2.weight", "3.weight", "3.bias");
  }

  private static List<String> pointWeights() {
    return named(
        PROMPT,
        "pe_layer.positional_encoding_gaussian_matrix",
        "not_a_point_embed.weight",
        "point_embeddings.0.weight",
        "point_embeddings.1.weight");
  }

  private static List<String> maskWeights() {
    return withBias(PROMPT + "mask_downscaling.", List.of("0.", "1.", "3.", "4.", "6."));
  }

  private static List<String> decoderWeights() {
    List<String> names = new ArrayList<>(named(DECODER, "iou_token.weight", "mask_tokens.weight"));
    String transformer = DECODER + "transformer.";
    for (int layer = 0; layer < DECODER_LAYERS; layer++) {
      String prefix = transformer + "layers." + layer + ".";
      names.addAll(withBias(prefix + "self_attn.", ATTENTION));
      names.addAll(withBias(prefix, List.of("norm1.")));
      names.addAll(withBias(prefix + "cross_attn_token_to_image.", ATTENTION));
      names.addAll(
          withBias(prefix, List.of("norm2.", "mlp.lin1.", "mlp.lin2.", "norm3.", "norm4.")));
      names.addAll(withBias(prefix + "cross_attn_image_to_token.", ATTENTION));
    }
    names.addAll(withBias(transformer + "final_attn_token_to_image.", ATTENTION));
    names.addAll(withBias(transformer, List.of("norm_final_attn.")));
    names.addAll(withBias(DECODER + "output_upscaling.", List.of("0.", "1.", "3.")));
    List<String> layers = List.of("layers.0.", "layers.1.", "layers.2.");
    for (int token = 0; token < MASK_TOKENS; token++) {
      names.addAll(withBias(DECODER + "output_hypernetworks_mlps." + token + ".", layers));
    }
    names.addAll(withBias(DECODER + "iou_prediction_head.", layers));
    return names;
  }

  @Override
  public void close() {
    resources.close();
  }
}
