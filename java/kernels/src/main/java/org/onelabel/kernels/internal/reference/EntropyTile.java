package org.onelabel.kernels.internal.reference;

/** What is found of some voxels. */
final class EntropyTile {
  static final int VOXELS = 256;

  /** Mean probabilities, classes × voxels. */
  final double[][] mean;

  /** Their entropy in nats. */
  final double[] entropy = new double[VOXELS];

  /** The mutual information, where it is wanted. */
  final double[] gain = new double[VOXELS];

  EntropyTile(int classes) {
    mean = new double[classes][VOXELS];
  }
}
