package org.onelabel.pipeline.framing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.onelabel.volumes.grid.DistanceTransform;
import org.onelabel.volumes.grid.LabelArray;

/**
 * How bright a scan shows structures and what surrounds them, channel by channel: medians, which
 * depend little on where exactly a label ends, so propagated labels tell them as well.
 *
 * @param medians of each channel: of the surroundings, then of each structure
 */
public record Contrast(float[][] medians) {
  /**
   * How far the surroundings reach, millimetres: the tissue that a structure stands out against.
   */
  private static final double SURROUNDINGS = 5;

  /** Fewer voxels tell no median. */
  private static final int FEWEST = 10;

  /**
   * Of a labelled scan; empty where a structure or the surroundings have too few voxels to tell.
   *
   * @param classes with the background
   * @param spacing of the voxels, millimetres
   */
  public static Optional<Contrast> of(
      List<float[]> channels, LabelArray labels, int classes, double[] spacing) {
    int[] tissues = tissues(labels, spacing);
    int[] counts = new int[classes];
    for (int tissue : tissues) {
      if (tissue >= 0) {
        counts[tissue]++;
      }
    }
    if (Arrays.stream(counts).anyMatch(count -> count < FEWEST)) {
      return Optional.empty();
    }
    return Optional.of(
        new Contrast(
            channels.stream()
                .map(channel -> medians(channel, tissues, counts))
                .toArray(float[][]::new)));
  }

  private static float[] medians(float[] channel, int[] tissues, int[] counts) {
    float[][] values = new float[counts.length][];
    for (int tissue = 0; tissue < values.length; tissue++) {
      values[tissue] = new float[counts[tissue]];
    }
    int[] next = new int[counts.length];
    for (int i = 0; i < channel.length; i++) {
      int tissue = tissues[i];
      if (tissue >= 0) {
        values[tissue][next[tissue]++] = channel[i];
      }
    }
    float[] medians = new float[counts.length];
    for (int tissue = 0; tissue < medians.length; tissue++) {
      Arrays.sort(values[tissue]);
      medians[tissue] = values[tissue][counts[tissue] / 2];
    }
    return medians;
  }

  /** The class of each voxel, 0 in the surroundings alone and −1 beside them. */
  private static int[] tissues(LabelArray labels, double[] spacing) {
    boolean[] structures = new boolean[labels.labels().length];
    for (int i = 0; i < structures.length; i++) {
      structures[i] = LabelArray.isStructure(labels.labels()[i]);
    }
    double[] distances = DistanceTransform.of(structures, labels.extent(), spacing);
    int[] tissues = new int[structures.length];
    for (int i = 0; i < tissues.length; i++) {
      boolean near = labels.at(i) == 0 && distances[i] <= SURROUNDINGS;
      tissues[i] = structures[i] ? labels.at(i) : near ? 0 : -1;
    }
    return tissues;
  }
}
