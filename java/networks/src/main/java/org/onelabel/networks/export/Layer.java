package org.onelabel.networks.export;

import java.util.List;

/**
 * A layer of a network's forward pass: what becomes of the value x, B×features×X×Y×Z, that runs
 * through it.
 */
sealed interface Layer {

  /** A layer with a weight and a bias. */
  sealed interface Trained extends Layer {
    /** Their published names without {@code .weight} and {@code .bias}. */
    String parameters();
  }

  /** A convolution of stride 1 that keeps the sides, instance norm, ReLU. */
  record Block(String parameters) implements Trained {}

  /** A 2³ convolution of stride 2, instance norm, ReLU: half the sides. */
  record Narrow(String parameters) implements Trained {}

  /** A transposed 2³ convolution of stride 2, instance norm, ReLU: twice the sides. */
  record Widen(String parameters) implements Trained {}

  /** A 1³ convolution: class scores. */
  record Head(String parameters) implements Trained {}

  /**
   * Max-pooling.
   *
   * @param factors by which x, y, z shrink
   */
  record Pool(List<Integer> factors) implements Layer {}

  /** Keeps x for a later layer that names the same level. */
  record Keep(int level) implements Layer {}

  /**
   * What was kept, and behind it x, up-sampled trilinearly to its sides.
   *
   * @param factors by which x, y, z grow
   */
  record Join(int level, List<Integer> factors) implements Layer {}

  /** Adds what was kept to x. */
  record Add(int level) implements Layer {}
}
