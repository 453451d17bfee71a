package org.onelabel.pipeline.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.ConnectedComponents;
import org.onelabel.volumes.grid.LabelArray;

/**
 * What a structure of a scan measures.
 *
 * @param voxels of the scan's file
 * @param millilitres that they take
 * @param means mean intensity in each channel, in the file's own units; NaN without voxels
 * @param pieces connected by sides, edges or corners
 */
record StructureStatistics(long voxels, double millilitres, double[] means, int pieces) {
  /** Those of structures 1, 2, …. */
  static List<StructureStatistics> of(LabelMap labels, Volume scan, int structures) {
    long[] voxels = labels.counts(structures + 1);
    double millilitres = scan.geometry().voxelMillilitres();
    double[][] sums = new double[structures + 1][scan.channels().size()];
    for (int channel = 0; channel < scan.channels().size(); channel++) {
      float[] intensities = scan.channels().get(channel);
      for (int i = 0; i < intensities.length; i++) {
        int structure = LabelArray.classOf(labels.labels()[i]);
        if (structure <= structures) {
          sums[structure][channel] += intensities[i];
        }
      }
    }
    int[] pieces = pieces(labels.array(), structures);
    List<StructureStatistics> all = new ArrayList<>();
    for (int s = 1; s <= structures; s++) {
      double count = voxels[s];
      double[] means = Arrays.stream(sums[s]).map(sum -> sum / count).toArray();
      all.add(new StructureStatistics(voxels[s], voxels[s] * millilitres, means, pieces[s]));
    }
    return all;
  }

  /** The number of connected components of each class. */
  private static int[] pieces(LabelArray labels, int structures) {
    int[] pieces = new int[structures + 1];
    labels
        .boundingBox()
        .ifPresent(
            (Box box) -> {
              LabelArray part = labels.cut(box);
              for (int s = 1; s <= structures; s++) {
                pieces[s] = ConnectedComponents.of(part.mask(s), part.extent()).count();
              }
            });
    return pieces;
  }
}
