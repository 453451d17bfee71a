package org.onelabel.kernels.experiment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;
import org.onelabel.kernels.internal.memory.Vectors;

/** Cosines with prototypes. */
final class CosineCase implements KernelCase {
  /** Of more vectors so many are looked at. */
  private static final long SAMPLES = 20_000;

  private final String name;
  private final PrototypeCosine call;
  private long invalid;

  private CosineCase(String name, PrototypeCosine call) {
    this.name = name;
    this.call = call;
  }

  static CosineCase of(Workload.Cosine work, Buffer features, Buffer prototypes, Arena arena) {
    FeatureMatrix matrix =
        work.layout() == FeatureMatrix.Layout.ROWS
            ? FeatureMatrix.rows(features, work.voxels(), work.dimension())
            : FeatureMatrix.channels(features, work.voxels(), work.dimension());
    long scores = (long) work.classes() * work.voxels();
    return new CosineCase(
        "random vectors",
        PrototypeCosine.of(matrix, prototypes, work.classes())
            .scoresInto(Buffer.of(arena.allocate(ValueLayout.JAVA_FLOAT, scores)))
            .labelsInto(Buffer.of(arena.allocate(work.voxels()))));
  }

  static CosineCase draw(RandomInputs inputs) {
    int count = inputs.size();
    int dimension = inputs.dimension();
    int classes = 1 + inputs.below(inputs.oneIn(3) ? 80 : 8);
    if (inputs.oneIn(50)) {
      // Enough for several tiles a thread.
      count = 17_000;
      dimension = 2;
    }
    FeatureMatrix.Layout layout = FeatureMatrix.Layout.values()[inputs.below(2)];
    FeatureMatrix features = inputs.matrix(count, dimension, layout, inputs.type());
    float[] prototypes = inputs.normal(classes * dimension, 1);
    if (inputs.oneIn(4)) {
      // Two equal prototypes: every vector's scores tie.
      System.arraycopy(prototypes, 0, prototypes, (classes - 1) * dimension, dimension);
    }
    return new CosineCase(
        "vectors",
        new PrototypeCosine(
            features,
            Buffer.of(prototypes),
            classes,
            inputs.maybeFloats(classes * count),
            inputs.maybeBytes(count),
            classes > 1 ? inputs.maybeFloats(count) : Optional.empty()));
  }

  static CosineCase drawAtEdges(RandomInputs inputs) {
    int count = 1 + inputs.below(200);
    int dimension = 1 + inputs.below(40);
    int classes = 2 + inputs.below(inputs.oneIn(4) ? 40 : 6);
    float[] features = inputs.rowsOfAnyLength(count, dimension);
    boolean channels = inputs.flip();
    if (channels) {
      features = RandomInputs.transposed(features, count, dimension);
    }
    return new CosineCase(
        "vectors of any length",
        PrototypeCosine.of(
                channels
                    ? FeatureMatrix.channels(features, count, dimension)
                    : FeatureMatrix.rows(features, count, dimension),
                Buffer.of(inputs.normal(classes * dimension, 1)),
                classes)
            .scoresInto(Buffer.of(new float[classes * count]))
            .labelsInto(Buffer.of(new byte[count]))
            .marginsInto(Buffer.of(new float[count])));
  }

  @Override
  public Workload workload() {
    FeatureMatrix f = call.features();
    return new Workload.Cosine((int) f.count(), (int) f.dimension(), call.classes(), f.layout());
  }

  @Override
  public void run(Kernels kernels) {
    invalid = kernels.run(call);
  }

  @Override
  public float[] found() {
    return HostAllocation.segment(call.scores().orElseThrow()).toArray(ValueLayout.JAVA_FLOAT);
  }

  @Override
  public Outcome compare() {
    FeatureMatrix matrix = call.features();
    ElementType type = matrix.type();
    long count = matrix.count();
    Findings findings =
        new Findings(
            "%s, %d × %d, %d classes, %s, %s"
                .formatted(name, count, matrix.dimension(), call.classes(), matrix.layout(), type));
    Vectors features = Vectors.of(matrix);
    double[][] prototypes =
        RandomInputs.vectors(
            FeatureMatrix.rows(call.prototypes(), call.classes(), matrix.dimension()));
    Optional<MemorySegment> scores = call.scores().map(HostAllocation::segment);
    Optional<MemorySegment> labels = call.labels().map(HostAllocation::segment);
    Optional<MemorySegment> margins = call.margins().map(HostAllocation::segment);
    long expectedInvalid = 0;
    for (long n = 0; n < count; n++) {
      double[] vector = RandomInputs.vector(features, n);
      boolean valid = !Double.isNaN(Truth.square(vector));
      expectedInvalid += valid ? 0 : 1;
      if (count > SAMPLES && valid && n % (count / SAMPLES) != 0) {
        continue;
      }
      double[] expected =
          Arrays.stream(prototypes)
              .mapToDouble(unit -> valid ? Truth.cosine(vector, unit) : Double.NaN)
              .toArray();
      for (int c = 0; c < call.classes() && scores.isPresent(); c++) {
        float score = Segments.getFloat(scores.get(), c * count + n);
        findings.near("score", score, expected[c], Findings.TOLERANCE);
      }
      findings.ranking(expected, 2 * Findings.TOLERANCE, labels, margins, n);
      if (labels.isPresent() && scores.isPresent() && valid) {
        findings.lowestOfTies(scores.get(), count, Segments.getByte(labels.get(), n), n);
      }
    }
    findings.require("number of invalid vectors", invalid == expectedInvalid);
    return findings.outcome();
  }
}
