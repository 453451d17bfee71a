package org.onelabel.pipeline.prediction;

import org.onelabel.pipeline.quality.ScanEvidence;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.WorkingGrid;
import org.onelabel.volumes.grid.Argmax;

/**
 * What a model makes of a scan. Maps are brought to the grid of the scan's file when they are asked
 * for, one class after the other, so that memory holds those alone that are needed.
 *
 * @param grid from the file's voxels to those that the model works on, and back
 * @param probabilities of the classes on the working grid, background first, one array a class;
 *     network and propagation together, without what the component filter took away
 * @param evidence of how good the labels are
 */
public record Segmentation(WorkingGrid grid, float[][] probabilities, ScanEvidence evidence) {

  /** The grid of the scan's file. */
  public Geometry geometry() {
    return grid.source();
  }

  /** The background and the structures. */
  public int classes() {
    return probabilities.length;
  }

  /** The probability of a class on the grid of the file, 0…1; a fresh array. */
  public float[] probability(int structure) {
    return grid.back(probabilities[structure]);
  }

  /** The class with the highest {@link #probability} of each voxel, the lowest on a tie. */
  public LabelMap labels() {
    return grid.back(probabilities);
  }

  /** The class with the highest probability of each working voxel, the lowest on a tie. */
  public LabelMap workingLabels() {
    Argmax argmax = new Argmax(grid.target().voxels(), Float.NEGATIVE_INFINITY, 0);
    for (int c = 0; c < classes(); c++) {
      argmax.add(c, probabilities[c]);
    }
    return new LabelMap(grid.target(), argmax.labels());
  }

  /** −Σ p ln p of each voxel's {@link #probability} of the classes, in nats; a fresh array. */
  public float[] entropy() {
    float[] entropy = new float[geometry().voxels()];
    for (int c = 0; c < classes(); c++) {
      float[] p = probability(c);
      for (int i = 0; i < entropy.length; i++) {
        // 0 · ln 0 is 0; what rounding puts above 1 is 1.
        entropy[i] -= p[i] > 0 && p[i] < 1 ? (float) (p[i] * Math.log(p[i])) : 0;
      }
    }
    return entropy;
  }
}
