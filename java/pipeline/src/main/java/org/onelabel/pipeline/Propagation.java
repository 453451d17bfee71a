package org.onelabel.pipeline;

/** Carries the template's labels to an unlabelled volume by feature similarity (round 0). */
public interface Propagation {

  /** The template: its features, and its labels on the working grid of {@code shape}. */
  record Template(FeatureGrid features, byte[] labels, int[] shape, int classes) {

    /** cells × classes: what part of a cell's voxels has each class. */
    CellValues shares() {
      return new CellValues(VoxelCells.of(features, shape).shares(labels, classes), classes);
    }
  }

  /**
   * Labels for one volume.
   *
   * @param features of the volume, by the same encoder as the template's
   * @param shape the volume's working grid
   */
  PseudoLabel propagate(Template template, FeatureGrid features, int[] shape);
}
