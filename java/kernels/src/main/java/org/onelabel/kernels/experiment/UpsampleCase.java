package org.onelabel.kernels.experiment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.GridSize;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;

/** The argmax on another grid. */
final class UpsampleCase implements KernelCase {
  /** Of more voxels so many are looked at. */
  private static final int SAMPLES = 1000;

  private final UpsampleArgmax call;

  /** A class with the scores of an earlier one: it is never chosen. */
  private final OptionalInt twin;

  /** Whether weights of 0 are exactly 0, so that a NaN beside a position does not matter. */
  private final boolean exact;

  private UpsampleCase(UpsampleArgmax call, OptionalInt twin, boolean exact) {
    this.call = call;
    this.twin = twin;
    this.exact = exact;
  }

  static UpsampleCase of(Workload.Upsampling work, Buffer scores, Arena arena) {
    long fine = work.to().count();
    return new UpsampleCase(
        UpsampleArgmax.of(
                scores,
                work.classes(),
                work.from(),
                work.to(),
                work.interpolation(),
                Buffer.of(arena.allocate(fine)))
            .marginsInto(Buffer.of(arena.allocate(ValueLayout.JAVA_FLOAT, fine))),
        OptionalInt.empty(),
        false);
  }

  static UpsampleCase draw(RandomInputs inputs) {
    GridSize from = new GridSize(1 + inputs.below(9), 1 + inputs.below(9), 1 + inputs.below(9));
    GridSize to = new GridSize(inputs.below(30), 1 + inputs.below(30), 1 + inputs.below(30));
    int classes = 1 + inputs.below(inputs.oneIn(10) ? 30 : 5);
    boolean nearest = inputs.flip();
    int coarse = (int) from.count();
    int fine = (int) to.count();
    float[] scores = inputs.normal(classes * coarse, 1);
    OptionalInt twin = OptionalInt.empty();
    if (classes > 1 && inputs.flip()) {
      int copy = 1 + inputs.below(classes - 1);
      System.arraycopy(scores, inputs.below(copy) * coarse, scores, copy * coarse, coarse);
      twin = OptionalInt.of(copy);
    }
    if (inputs.oneIn(3)) {
      scores[inputs.below(scores.length)] = Float.NaN;
    }
    return new UpsampleCase(
        new UpsampleArgmax(
            Buffer.of(scores),
            classes,
            from,
            to,
            interpolation(nearest),
            Buffer.of(new byte[fine]),
            classes > 1 ? inputs.maybeFloats(fine) : Optional.empty()),
        twin,
        false);
  }

  static UpsampleCase drawAtEdges(RandomInputs inputs) {
    int[] from = {1 + inputs.below(5), 1 + inputs.below(5), 1 + inputs.below(5)};
    int[] to = {1 + inputs.below(10), 1 + inputs.below(10), 1 + inputs.below(10)};
    int axis = inputs.below(3);
    to[axis] = 3 * from[axis];
    int classes = 2 + inputs.below(4);
    boolean nearest = inputs.flip();
    int coarse = from[0] * from[1] * from[2];
    int fine = to[0] * to[1] * to[2];
    float[] scores = inputs.oddScores(classes * coarse, 3 + inputs.below(40));
    if (inputs.oneIn(3)) {
      Arrays.fill(scores, 0, coarse, Float.NEGATIVE_INFINITY);
    }
    return new UpsampleCase(
        UpsampleArgmax.of(
                Buffer.of(scores),
                classes,
                GridSize.of(from),
                GridSize.of(to),
                interpolation(nearest),
                Buffer.of(new byte[fine]))
            .marginsInto(Buffer.of(new float[fine])),
        OptionalInt.empty(),
        true);
  }

  private static UpsampleArgmax.Interpolation interpolation(boolean nearest) {
    return nearest ? UpsampleArgmax.Interpolation.NEAREST : UpsampleArgmax.Interpolation.TRILINEAR;
  }

  @Override
  public Workload workload() {
    return new Workload.Upsampling(call.classes(), call.from(), call.to(), call.interpolation());
  }

  @Override
  public void run(Kernels kernels) {
    kernels.run(call);
  }

  @Override
  public float[] found() {
    return HostAllocation.segment(call.margins().orElseThrow()).toArray(ValueLayout.JAVA_FLOAT);
  }

  @Override
  public Outcome compare() {
    Findings findings = new Findings(workload().shape().toString());
    boolean nearest = call.interpolation() == UpsampleArgmax.Interpolation.NEAREST;
    MemorySegment scores = HostAllocation.segment(call.scores());
    MemorySegment labels = HostAllocation.segment(call.labels());
    Optional<MemorySegment> margins = call.margins().map(HostAllocation::segment);
    GridSize to = call.to();
    int fine = (int) to.count();
    for (int i = 0; i < fine; i += exact ? 1 : 1 + fine / SAMPLES) {
      int[] at = {i / (to.y() * to.z()), i / to.z() % to.y(), i % to.z()};
      Truth.Sampled expected =
          Truth.Sampled.of(scores, call.classes(), call.from(), to, at, nearest);
      int label = Segments.getByte(labels, i);
      boolean passed = !exact && expected.besideNaN() && !expected.isNaN();
      if (passed && label == Findings.NO_LABEL) {
        continue;
      }
      compare(findings, expected.scores(), Optional.of(labels), margins, i);
      // Beside a NaN one of the two has a score of its own.
      findings.require(
          "the lowest class of a tie",
          twin.isEmpty() || label != twin.getAsInt() || expected.besideNaN());
    }
    return findings.outcome();
  }

  /** Float32 rounds what it adds up: perhaps numbers up to the largest there are. */
  private static void compare(
      Findings findings,
      double[] expected,
      Optional<MemorySegment> labels,
      Optional<MemorySegment> margins,
      int at) {
    double largest =
        Arrays.stream(expected).map(Math::abs).filter(Double::isFinite).max().orElse(1);
    double margin = Truth.Ranking.of(expected).margin();
    boolean representable = margin < Float.MAX_VALUE / 2 || !Double.isFinite(margin);
    findings.ranking(
        expected,
        largest > 1e6 ? Findings.TOLERANCE * Float.MAX_VALUE : 2 * Findings.TOLERANCE,
        labels,
        representable ? margins : Optional.empty(),
        at);
  }
}
