package org.onelabel.kernels.internal.reference;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.reference.lanes.Floats;
import org.onelabel.kernels.internal.reference.threads.Team;

/**
 * The uncertainty of predictions, tile by tile. What is written is {@link DefinedEntropy}'s,
 * rounded to float32; {@link QuickEntropy} finds the most of it.
 */
final class ReferenceEntropy {
  private final VoxelEntropy.Predictions given;
  private final MemorySegment input;
  private final Optional<MemorySegment> means;
  private final Optional<MemorySegment> entropies;
  private final Optional<MemorySegment> gains;
  private final Argmax argmax;
  private final LongAdder invalid = new LongAdder();

  private ReferenceEntropy(VoxelEntropy call) {
    given = call.predictions();
    input = HostAllocation.segment(given.values());
    means = call.mean().map(HostAllocation::segment);
    entropies = call.entropy().map(HostAllocation::segment);
    gains = call.mutualInformation().map(HostAllocation::segment);
    argmax = Argmax.into(call.labels(), Optional.empty());
  }

  static long run(VoxelEntropy call, Team team) {
    ReferenceEntropy entropy = new ReferenceEntropy(call);
    int tiles = Math.toIntExact(Math.ceilDiv(call.predictions().voxels(), EntropyTile.VOXELS));
    team.on(
            call.predictions().values(),
            List.of(call.mean(), call.entropy(), call.labels(), call.mutualInformation()))
        .run(tiles, () -> entropy.new Worker());
    return entropy.invalid.sum();
  }

  private final class Worker implements IntConsumer {
    /** Where most voxels are not sure, so many tiles go by until that is tried again. */
    private static final int PAUSE = 16;

    private final EntropyTile tile = new EntropyTile(given.classes());
    private final QuickEntropy quick = new QuickEntropy(given, input, gains.isPresent());
    private final DefinedEntropy defined = new DefinedEntropy(given, input, gains.isPresent());
    private final int[] listed = new int[EntropyTile.VOXELS];
    private final float[] narrow = new float[EntropyTile.VOXELS];
    private int pause;

    @Override
    public void accept(int number) {
      long first = (long) number * EntropyTile.VOXELS;
      int count = (int) Math.min(EntropyTile.VOXELS, given.voxels() - first);
      int unsure = count;
      if (given.kind() == VoxelEntropy.Kind.LOGITS && pause == 0) {
        unsure = quick.compute(first, count, tile, listed);
        pause = unsure > count / 2 ? PAUSE : 0;
      } else {
        pause = Math.max(0, pause - 1);
        Arrays.setAll(listed, j -> j);
      }
      invalid.add(unsure == 0 ? 0 : defined.compute(first, listed, unsure, tile));
      for (int c = 0; c < given.classes() && means.isPresent(); c++) {
        write(tile.mean[c], means.get(), c * given.voxels() + first, count);
      }
      if (entropies.isPresent()) {
        write(tile.entropy, entropies.get(), first, count);
      }
      if (gains.isPresent()) {
        write(tile.gain, gains.get(), first, count);
      }
      argmax.write(tile.mean, count, first);
    }

    private void write(double[] values, MemorySegment to, long first, int count) {
      Floats.narrow(values, narrow);
      Floats.write(narrow, to, first, count);
    }
  }
}
