package org.onelabel.networks.sam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.onelabel.networks.operations.ScriptModule;

/**
 * SAM-Med3D's arithmetic, as one TorchScript module. Gradients flow through it. Owns native memory:
 * close it. Not thread-safe.
 */
public final class SamOperators implements AutoCloseable {
  private final ScriptModule script;

  SamOperators(NDManager manager) {
    script = ScriptModule.open(SamOperators.class, "sam_med3d", manager);
  }

  /**
   * What the mask decoder works on.
   *
   * @param features of the image, B×dimension×grid
   * @param places codes of the grid's cells, 1×dimension×grid
   * @param sparse embedded clicks, B×N×dimension
   * @param dense embedded mask, B×dimension×grid
   */
  record Decoded(NDArray features, NDArray places, NDArray sparse, NDArray dense) {}

  /** Embedded patches with their positions, of an image B×1×X×Y×Z. */
  NDArray patches(NDArray image, NDArray weight, NDArray bias, NDArray positions) {
    return script.call("patches", image, weight, bias, positions);
  }

  /** A block of the image encoder. */
  NDArray block(NDArray x, List<NDArray> weights) {
    return script.callWithList("block", weights, x);
  }

  /** The image encoder's end: B×dimension×grid. */
  NDArray neck(NDArray x, List<NDArray> weights) {
    return script.callWithList("neck", weights, x);
  }

  /** Codes of places in 0…1, by sines and cosines of random projections. */
  NDArray waves(NDArray places, NDArray gaussian) {
    return script.call("waves", places, gaussian);
  }

  /** Embedded clicks of places B×N×3 in 0…1 and kinds B×N. */
  NDArray points(NDArray places, NDArray kinds, List<NDArray> weights) {
    return script.callWithList("points", weights, places, kinds);
  }

  /** An embedded mask of logits. */
  NDArray mask(NDArray logits, List<NDArray> weights) {
    return script.callWithList("mask", weights, logits);
  }

  /** Mask logits B×4×4·grid. */
  NDArray masks(Decoded decoded, List<NDArray> weights) {
    return decode("masks", decoded, weights);
  }

  /** Estimated overlaps of the masks, B×4. */
  NDArray qualities(Decoded decoded, List<NDArray> weights) {
    return decode("qualities", decoded, weights);
  }

  private NDArray decode(String method, Decoded decoded, List<NDArray> weights) {
    return script.callWithList(
        method, weights, decoded.features, decoded.places, decoded.sparse, decoded.dense);
  }

  /** {@code x} zero-padded up to the sides of {@code like}. */
  public NDArray pad(NDArray x, NDArray like) {
    return script.call("pad", x, like);
  }

  /** {@code x} interpolated to the sides of {@code like}. */
  public NDArray resize(NDArray x, NDArray like) {
    return script.call("enlarge", x, like);
  }

  /** {@code x} cut down to the sides of {@code like}: what {@link #pad} added is left out. */
  public NDArray cut(NDArray x, NDArray like) {
    return script.call("cut", x, like);
  }

  @Override
  public void close() {
    script.close();
  }
}
