package org.onelabel.pipeline.propagation;

import java.util.Arrays;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.CellValues;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.features.VoxelCells;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Carries a template's labels to unlabelled volumes by feature similarity (round 0). Prepared with
 * the template once; its owner closes it. For one thread at a time.
 */
public interface Propagation extends AutoCloseable {

  /** The template: its features, and its labels on the grid that these cover. */
  record Template(FeatureGrid features, LabelArray labels, int classes) {

    /** cells × classes: what part of a cell's voxels has each class, ignored ones left out. */
    CellValues shares() {
      return new CellValues(cells().shares(labels.labels(), classes), classes);
    }

    /** Those of some cells that may vote: their voxels are not all ignored. */
    int[] voters(int[] cells) {
      boolean[] voters = cells().voters(labels.labels());
      return Arrays.stream(cells).filter(n -> voters[n]).toArray();
    }

    private VoxelCells cells() {
      return VoxelCells.of(features, labels.extent());
    }

    /** The same with every {@code step}-th cell along each axis. */
    Template thinned(int step) {
      return new Template(features.thinned(step), labels, classes);
    }
  }

  /**
   * Labels for one volume.
   *
   * @param features of the volume, by the same encoder as the template's
   * @param volume its working grid
   */
  PseudoLabel propagate(FeatureGrid features, Extent volume);

  @Override
  void close();
}
