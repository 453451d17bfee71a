package org.onelabel.pipeline;

/**
 * Carries a template's labels to unlabelled volumes by feature similarity (round 0). Prepared with
 * the template once; its owner closes it. For one thread at a time.
 */
public interface Propagation extends AutoCloseable {

  /** The template: its features, and its labels on the working grid of {@code shape}. */
  record Template(FeatureGrid features, byte[] labels, int[] shape, int classes) {

    /** cells × classes: what part of a cell's voxels has each class. */
    CellValues shares() {
      return new CellValues(VoxelCells.of(features, shape).shares(labels, classes), classes);
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
