package org.onelabel.pipeline;

/**
 * Labels of an unlabelled volume on its working grid, with the trust in each.
 *
 * @param labels a class for every working voxel
 * @param confidence 0…1 for every working voxel
 */
public record PseudoLabel(byte[] labels, float[] confidence) {}
