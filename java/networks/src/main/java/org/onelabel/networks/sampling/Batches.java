package org.onelabel.networks.sampling;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.onelabel.volumes.LabelMap;

/**
 * Draws the patches of every step into buffers that are used again. Not thread-safe; a {@link
 * Batch} is copied or used up before the next one is drawn.
 */
public final class Batches {
  private final List<Scan> labelled;
  private final List<Scan> unlabelled;
  private final BatchSettings settings;
  private final int inputs;
  private final PatchSampler sampler;
  private final int size;
  private final int voxels;
  private final ByteBuffer image;
  private final ByteBuffer label;
  private final ByteBuffer weight;

  /**
   * Batches of scans.
   *
   * @param position whether patches get three more channels that say where each voxel lies
   * @param labelled scans with a trusted label, one at least
   * @param unlabelled scans with a pseudo-label or without; there may be none
   */
  public Batches(
      BatchSettings settings, boolean position, List<Scan> labelled, List<Scan> unlabelled) {
    this.settings = settings;
    inputs = labelled.getFirst().channels().size() + (position ? 3 : 0);
    sampler = new PatchSampler(settings.patch(), settings.sampling(), position);
    this.labelled = labelled;
    this.unlabelled = unlabelled;
    int[] patch = settings.patch();
    voxels = patch[0] * patch[1] * patch[2];
    size = settings.labelled() + (unlabelled.isEmpty() ? 0 : settings.unlabelled());
    image = direct(4L * size * inputs * voxels);
    label = direct(8L * size * voxels);
    weight = direct(4L * size * voxels);
  }

  private static ByteBuffer direct(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }

  /**
   * The patches of a step.
   *
   * @param manager owner of the batch's tensors
   */
  public Batch next(NDManager manager, SplittableRandom random) {
    List<Patch> patches = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      List<Scan> scans = i < settings.labelled() ? labelled : unlabelled;
      patches.add(sampler.sample(scans.get(random.nextInt(scans.size())), random));
    }
    FloatBuffer images = image.clear().asFloatBuffer();
    FloatBuffer weights = weight.clear().asFloatBuffer();
    label.clear();
    for (Patch patch : patches) {
      images.put(patch.image());
      weights.put(patch.weight());
      for (byte value : patch.label()) {
        // Ignored voxels weigh nothing, but have to name a class that there is.
        int structure = value & 255;
        label.putLong(structure == LabelMap.IGNORED ? 0 : structure);
      }
    }
    int[] p = settings.patch();
    Shape one = new Shape(size, 1, p[0], p[1], p[2]);
    Shape all = new Shape(size, inputs, p[0], p[1], p[2]);
    return new Batch(
        settings.labelled(),
        patches,
        manager.create(image.rewind(), all, DataType.FLOAT32),
        manager.create(label.rewind(), one, DataType.INT64),
        manager.create(weight.rewind(), one, DataType.FLOAT32));
  }
}
