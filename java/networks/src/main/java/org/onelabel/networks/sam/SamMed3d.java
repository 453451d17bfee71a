package org.onelabel.networks.sam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.onelabel.networks.encoder.DenseEncoder;
import org.onelabel.networks.operations.ComputeDevice;
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
  /** Masks the decoder gives at once. */
  public static final int MASK_TOKENS = 4;

  private final Resources resources;
  private final NDManager manager;
  private final SamOperators operators;
  private final Weights weights;
  private final int depth;
  private final int patch;
  private final int[] grid;

  private SamMed3d(Resources resources, Map<String, Tensor> tensors, NDManager own) {
    this.resources = resources;
    manager = resources.add(own, NDManager::close);
    operators = resources.add(new SamOperators(manager), SamOperators::close);
    weights =
        resources.add(
            Weights.open("SAM-Med3D", manager, filled -> fill(filled, tensors)), Weights::close);
    int blocks = 0;
    while (tensors.containsKey(SamWeightNames.IMAGE + "blocks." + blocks + ".norm1.weight")) {
      blocks++;
    }
    depth = blocks;
    patch = tensors.get(SamWeightNames.IMAGE + "patch_embed.proj.weight").shape().get(2);
    List<Integer> positions = tensors.get(SamWeightNames.IMAGE + "pos_embed").shape();
    grid = new int[] {positions.get(1), positions.get(2), positions.get(3)};
  }

  private static void fill(Weights weights, Map<String, Tensor> tensors) {
    tensors.forEach(
        (name, tensor) ->
            weights.add(name, tensor.shape().stream().mapToLong(Integer::longValue).toArray()));
    weights.load(tensors);
  }

  /**
   * A network with these weights. Names before {@code image_encoder.} such as {@code module.} are
   * left out; other networks' weights are an {@link IllegalArgumentException}.
   */
  public static SamMed3d of(Map<String, Tensor> tensors, ComputeDevice device) {
    return of(tensors, device::newManager);
  }

  /** The same, in a manager that outlives it. */
  public static SamMed3d of(Map<String, Tensor> tensors, NDManager parent) {
    return of(tensors, parent::newSubManager);
  }

  private static SamMed3d of(Map<String, Tensor> tensors, Supplier<NDManager> manager) {
    Map<String, Tensor> own = SamWeightNames.own(tensors);
    return Resources.open(resources -> new SamMed3d(resources, own, manager.get()));
  }

  /** Sides of the volume it takes, voxels. */
  public int[] inputSides() {
    return new int[] {grid[0] * patch, grid[1] * patch, grid[2] * patch};
  }

  /** Channels of its features. */
  public int dimension() {
    return (int) weights.get(SamWeightNames.IMAGE + "neck.0.weight").getShape().get(0);
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
        operators.patches(
            image,
            weights.get(SamWeightNames.IMAGE + "patch_embed.proj.weight"),
            weights.get(SamWeightNames.IMAGE + "patch_embed.proj.bias"),
            weights.get(SamWeightNames.IMAGE + "pos_embed"));
    for (int b = 0; b < depth; b++) {
      x = operators.block(x, list(SamWeightNames.block(b)));
    }
    return operators.neck(x, list(SamWeightNames.neck()));
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
    return operators.points(
        places.concat(padding, 1),
        kinds.toType(DataType.FLOAT32, false).concat(nobody, 1),
        list(SamWeightNames.pointWeights()));
  }

  /** The embedding of a mask of logits B×1×4·grid. */
  public NDArray dense(NDArray mask) {
    return operators.mask(mask, list(SamWeightNames.maskWeights()));
  }

  /** The learnt embedding of no mask, {@code owner}'s. */
  public NDArray denseOfNoMask(NDManager owner) {
    NDArray none =
        weights.get(SamWeightNames.PROMPT + "no_mask_embed.weight").reshape(1, -1, 1, 1, 1);
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
        operators.waves(
            cells,
            weights.get(SamWeightNames.PROMPT + "pe_layer.positional_encoding_gaussian_matrix"));
    return code.transpose(0, 4, 1, 2, 3);
  }

  /** Mask logits B×4×4·grid of features and prompts; the first is the single mask. */
  public NDArray masks(NDArray features, NDArray sparse, NDArray dense) {
    return operators.masks(decoded(features, sparse, dense), list(SamWeightNames.decoderWeights()));
  }

  /** How good it holds these masks to be, B×4: estimated overlaps. */
  NDArray quality(NDArray features, NDArray sparse, NDArray dense) {
    return operators.qualities(
        decoded(features, sparse, dense), list(SamWeightNames.decoderWeights()));
  }

  private SamOperators.Decoded decoded(NDArray features, NDArray sparse, NDArray dense) {
    return new SamOperators.Decoded(features, places(features.getManager()), sparse, dense);
  }

  /** The weights under their published names. */
  public Weights weights() {
    return weights;
  }

  /** The operators that the network calls; they live as long as it does. */
  public SamOperators operators() {
    return operators;
  }

  NDManager manager() {
    return manager;
  }

  private List<NDArray> list(List<String> names) {
    return weights.list(names.toArray(String[]::new));
  }

  @Override
  public void close() {
    resources.close();
  }
}
