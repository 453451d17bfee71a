package org.onelabel.pipeline.intensity;

import java.util.Arrays;
import java.util.Optional;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.VoxelArray;

/**
 * By the template's statistics, for values that mean the same in every scan, such as Hounsfield
 * units: asinh((v − centre)/spread) tells finely apart what is about as dense as the structures,
 * and coarsely what is not; then the template's mean and deviation become 0 and 1.
 *
 * @param centre mean of the template's structures
 * @param spread their deviation
 * @param whole mean and deviation of the template after asinh
 * @param lowest value of the template
 */
public record Calibrated(double centre, double spread, Moments whole, double lowest)
    implements Normalisation {
  /** Nothing but Hounsfield units goes so far below zero: air and lung. */
  private static final float AIR = -500;

  private static final String NAME = "calibrated";

  /** Deviation of the noise of a usual CT, Hounsfield units: nothing finer is told apart. */
  private static final double NOISE = 10;

  /**
   * As a template asks.
   *
   * @param labels of its voxels
   */
  static Calibrated of(float[] template, byte[] labels) {
    float[] structures = structures(template, labels);
    Limits.of(structures).clamp(structures);
    Moments moments = Moments.of(structures);
    double spread = Math.max(NOISE, moments.deviation());
    float[] bent = template.clone();
    for (int i = 0; i < bent.length; i++) {
      bent[i] = asinh(moments.mean(), spread, bent[i]);
    }
    return new Calibrated(moments.mean(), spread, Moments.of(bent), lowest(template));
  }

  /** Whether values have air in them, as Hounsfield units mean it. */
  static boolean hasAir(float[] values) {
    return lowest(values) < AIR;
  }

  private static float lowest(float[] values) {
    float lowest = Float.POSITIVE_INFINITY;
    for (float value : values) {
      lowest = Math.min(lowest, value);
    }
    return lowest;
  }

  private static float[] structures(float[] template, byte[] labels) {
    float[] structures = new float[template.length];
    int count = 0;
    for (int i = 0; i < template.length; i++) {
      if (LabelMap.isStructure(labels[i])) {
        structures[count++] = template[i];
      }
    }
    return Arrays.copyOf(structures, count);
  }

  private static float asinh(double centre, double spread, float value) {
    double v = (value - centre) / spread;
    return (float) Math.copySign(Math.log(Math.abs(v) + Math.sqrt(v * v + 1)), v);
  }

  @Override
  public float[] apply(VoxelArray scan) {
    float[] values = scan.values();
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = asinh(centre, spread, values[i]);
    }
    whole.standardise(result);
    return result;
  }

  /** A template with air goes below zero: a scan that does not is stored in another unit. */
  @Override
  public Optional<String> misfit(float[] values) {
    float least = lowest(values);
    return lowest < AIR && least >= 0
        ? Optional.of(
            "has no value below %s, but the template's go down to %s: these are no Hounsfield"
                    .formatted(least, lowest)
                + " units; rescale them, or train with --set intensities=per-scan")
        : Optional.empty();
  }

  @Override
  public String text() {
    return "%s %s %s %s %s %s"
        .formatted(NAME, centre, spread, whole.mean(), whole.deviation(), lowest);
  }

  /** What a line of {@link #text} tells. */
  static Calibrated parse(String text) {
    String[] words = text.split(" ");
    if (words.length != 6 || !words[0].equals(NAME)) {
      throw new IllegalArgumentException("no normalisation of intensities: " + text);
    }
    double[] v = Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
    return new Calibrated(v[0], v[1], new Moments(v[2], v[3]), v[4]);
  }
}
