package org.onelabel.pipeline.propagation;

import java.util.Arrays;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.CellValues;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.features.VoxelCells;

/**
 * Carries a template's labels to unlabelled volumes by feature similarity (round 0). Prepared with
 * the template once; its owner closes it. For one thread at a time.
 */
public interface Propagation extends AutoCloseable {

  /** The template: its features, and its labels on the working grid of {@code shape}. */
  record Template(FeatureGrid features, byte[] labels, int[] shape, int classes) {

    /** cells × classes: what part of a cell's voxels has each class, ignored ones left out. */
    CellValues shares() {
      return new CellValues(VoxelCells.of(features, shape).shares(labels, classes), classes);
    }

    /** Those of some cells that may vote: their voxels are not all ignored. */
    int[] voters(int[] cells) {
      boolean[] voters = VoxelCells.of(features, shape).voters(labels);
      return Arrays.stream(cells).filter(n -> voters[n]).toArray();
    }

    /** The same with every {@code step}-th cell along each axis. */
    Template thinned(int step) {
      return new Template(features.thinned(step), labels, shape, classes);
    }
  }

  /**
   * Labels for one volume.
   *
   * @param features of the volume, by the same encoder as the template's
   * @param shape the volume's working grid
   */
  PseudoLabel propagate(FeatureGrid features, int[] shape);

  @Override
  void close();
}
