package org.onelabel.kernels.experiment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;

/** The uncertainty of predictions. */
final class EntropyCase implements KernelCase {
  /** Of more voxels so many are looked at. */
  private static final long SAMPLES = 20_000;

  private final String name;
  private final VoxelEntropy call;

  /** Of probabilities. */
  private final double allowed;

  /** Of entropies: with many classes rounding adds up. */
  private final double allowedEntropy;

  private long invalid;

  private EntropyCase(String name, VoxelEntropy call, double allowed, double allowedEntropy) {
    this.name = name;
    this.call = call;
    this.allowed = allowed;
    this.allowedEntropy = allowedEntropy;
  }

  static EntropyCase of(Workload.Entropy work, Buffer logits, Arena arena) {
    VoxelEntropy call =
        VoxelEntropy.ofLogits(logits, work.passes(), work.classes(), work.voxels())
            .entropyInto(Buffer.of(arena.allocate(ValueLayout.JAVA_FLOAT, work.voxels())));
    if (work.information()) {
      call =
          call.mutualInformationInto(
              Buffer.of(arena.allocate(ValueLayout.JAVA_FLOAT, work.voxels())));
    }
    return usual("random logits", call);
  }

  private static EntropyCase usual(String name, VoxelEntropy call) {
    double allowed =
        Findings.TOLERANCE * Math.sqrt(Math.max(1, call.predictions().classes() / 16.0));
    return new EntropyCase(name, call, allowed, allowed);
  }

  static EntropyCase draw(RandomInputs inputs) {
    int passes = 1 + inputs.below(8);
    int classes = 1 + inputs.below(inputs.oneIn(8) ? 80 : 7);
    int voxels = inputs.size();
    if (inputs.oneIn(50)) {
      // Enough for several threads.
      passes = 2;
      classes = 2;
      voxels = 17_000;
    }
    boolean logits = inputs.flip();
    int plane = classes * voxels;
    float[] values = inputs.normal(passes * plane, logits ? inputs.scale(-1, 5) : 0);
    for (int t = 0; t < passes && !logits; t++) {
      inputs.fillProbabilities(values, t * plane, classes, voxels);
    }
    if (inputs.oneIn(4)) {
      // Two classes that tie.
      int copied = inputs.below(classes);
      for (int t = 0; t < passes; t++) {
        System.arraycopy(
            values, t * plane + copied * voxels, values, (t + 1) * plane - voxels, voxels);
      }
    }
    if (voxels > 2 && inputs.flip()) {
      int spoilt = inputs.below(voxels);
      values[inputs.below(passes * classes) * voxels + spoilt] = Float.NaN;
    }
    Optional<Buffer> mean = inputs.maybeFloats(plane);
    Optional<Buffer> entropy = inputs.maybeFloats(voxels);
    Optional<Buffer> information = inputs.maybeFloats(voxels);
    return usual(
        "predictions",
        new VoxelEntropy(
            new VoxelEntropy.Predictions(Buffer.of(values), kind(logits), passes, classes, voxels),
            mean,
            entropy,
            inputs.maybeBytes(voxels),
            information));
  }

  static EntropyCase drawAtEdges(RandomInputs inputs) {
    int passes = 1 + inputs.below(3);
    int classes = 1 + inputs.below(inputs.oneIn(4) ? 30 : 5);
    int voxels = 1 + inputs.below(600);
    boolean logits = inputs.flip();
    float[] values = inputs.oddPredictions(passes * classes * voxels, 6 * classes, logits);
    return new EntropyCase(
        "predictions at the edges",
        VoxelEntropy.of(
                new VoxelEntropy.Predictions(
                    Buffer.of(values), kind(logits), passes, classes, voxels))
            .meanInto(Buffer.of(new float[classes * voxels]))
            .entropyInto(Buffer.of(new float[voxels]))
            .labelsInto(Buffer.of(new byte[voxels]))
            .mutualInformationInto(Buffer.of(new float[voxels])),
        Findings.TOLERANCE,
        Findings.TOLERANCE * Math.max(1, classes / 4));
  }

  private static VoxelEntropy.Kind kind(boolean logits) {
    return logits ? VoxelEntropy.Kind.LOGITS : VoxelEntropy.Kind.PROBABILITIES;
  }

  @Override
  public Workload workload() {
    VoxelEntropy.Predictions p = call.predictions();
    return new Workload.Entropy(
        (int) p.passes(), p.classes(), (int) p.voxels(), call.mutualInformation().isPresent());
  }

  @Override
  public void run(Kernels kernels) {
    invalid = kernels.run(call);
  }

  @Override
  public float[] found() {
    MemorySegment entropy = HostAllocation.segment(call.entropy().orElseThrow());
    Optional<MemorySegment> information = call.mutualInformation().map(HostAllocation::segment);
    float[] all = new float[(information.isPresent() ? 2 : 1) * voxels()];
    MemorySegment.copy(entropy, ValueLayout.JAVA_FLOAT, 0, all, 0, voxels());
    if (information.isPresent()) {
      MemorySegment.copy(information.get(), ValueLayout.JAVA_FLOAT, 0, all, voxels(), voxels());
    }
    return all;
  }

  private int voxels() {
    return (int) call.predictions().voxels();
  }

  @Override
  public Outcome compare() {
    VoxelEntropy.Predictions p = call.predictions();
    MemorySegment values = HostAllocation.segment(p.values());
    Findings findings =
        new Findings(
            "%s, %d passes, %d classes, %d voxels, %s"
                .formatted(name, p.passes(), p.classes(), p.voxels(), p.kind()));
    long step = Math.max(1, p.voxels() / SAMPLES);
    long expectedInvalid = 0;
    for (long n = 0; n < p.voxels(); n += step) {
      double[][] voxel = new double[(int) p.passes()][p.classes()];
      for (int t = 0; t < p.passes(); t++) {
        for (int c = 0; c < p.classes(); c++) {
          long at = ((long) t * p.classes() + c) * p.voxels() + n;
          voxel[t][c] = Segments.getFloat(values, at);
        }
      }
      Truth.Uncertainty expected =
          Truth.Uncertainty.of(voxel, p.kind() == VoxelEntropy.Kind.LOGITS);
      expectedInvalid += expected.isNaN() ? 1 : 0;
      compare(findings, expected, n);
    }
    findings.require("number of invalid voxels", step > 1 || invalid == expectedInvalid);
    return findings.outcome();
  }

  private void compare(Findings findings, Truth.Uncertainty expected, long n) {
    Optional<MemorySegment> mean = call.mean().map(HostAllocation::segment);
    Optional<MemorySegment> labels = call.labels().map(HostAllocation::segment);
    long voxels = call.predictions().voxels();
    for (int c = 0; c < expected.mean().length && mean.isPresent(); c++) {
      float value = Segments.getFloat(mean.get(), c * voxels + n);
      findings.near("mean", value, expected.mean()[c], allowed);
    }
    if (call.entropy().isPresent()) {
      float value = Segments.getFloat(HostAllocation.segment(call.entropy().get()), n);
      findings.near("entropy", value, expected.entropy(), allowedEntropy);
    }
    if (call.mutualInformation().isPresent()) {
      float value = Segments.getFloat(HostAllocation.segment(call.mutualInformation().get()), n);
      findings.near("mutual information", value, expected.information(), 2 * allowedEntropy);
      findings.require("mutual information below 0", !(value < 0));
    }
    findings.ranking(expected.mean(), 2 * allowed, labels, Optional.empty(), n);
    if (labels.isPresent() && mean.isPresent() && !expected.isNaN()) {
      findings.lowestOfTies(mean.get(), voxels, Segments.getByte(labels.get(), n), n);
    }
  }
}
