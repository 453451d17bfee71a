package org.onelabel.networks.methods;

import java.util.Arrays;

/**
 * The losses of a step in plain float64, as their papers write them. Scores are [patch][class]
 * [voxel]; labels are [patch][voxel].
 */
final class PlainLosses {
  private static final double STEEPNESS = 1500;

  private PlainLosses() {}

  /** ½(cross-entropy + Dice loss), every voxel with the weight 1. */
  static double supervised(double[][][] logits, int[][] labels) {
    double[][][] p = softmax(logits);
    double[][][] wanted = oneHot(labels, logits[0].length);
    double dice = 0;
    for (int c = 0; c < p[0].length; c++) {
      dice += softDice(ofClass(p, c), ofClass(wanted, c)) / p[0].length;
    }
    return 0.5 * (crossEntropy(p, labels) + dice);
  }

  /** Mean Teacher: the mean squared difference of the softmaxes. */
  static double meanTeacher(double[][][] student, double[][][] teacher) {
    return mean(squares(softmax(student), softmax(teacher)));
  }

  /** UA-MT: half the mean over classes' sum of squares, where the entropy is below a threshold. */
  static double certain(
      double[][][] student, double[][][] teacher, double[][] entropy, double threshold) {
    double[][][] squares = squares(softmax(student), softmax(teacher));
    double sum = 0;
    double certain = 0;
    for (int b = 0; b < entropy.length; b++) {
      for (int v = 0; v < entropy[b].length; v++) {
        if (entropy[b][v] < threshold) {
          certain++;
          for (double[] plane : squares[b]) {
            sum += plane[v];
          }
        }
      }
    }
    return sum / (2 * certain);
  }

  /** The entropy of the mean softmax of several logits, nats. */
  static double[][] entropy(double[][][]... passes) {
    double[][] entropy = new double[passes[0].length][passes[0][0][0].length];
    for (int b = 0; b < entropy.length; b++) {
      for (int c = 0; c < passes[0][b].length; c++) {
        for (int v = 0; v < entropy[b].length; v++) {
          double mean = 0;
          for (double[][][] pass : passes) {
            mean += softmax(pass)[b][c][v] / passes.length;
          }
          entropy[b][v] -= mean * Math.log(mean);
        }
      }
    }
    return entropy;
  }

  /** DTC: 0.01 cross-entropy + Dice loss of both heads + mean distance to the true distances. */
  static double dualTask(
      double[][][] logits, double[][][] distances, int[][] labels, double[][][] truth) {
    double off = 0;
    for (int b = 0; b < truth.length; b++) {
      for (int s = 0; s < truth[b].length; s++) {
        for (int v = 0; v < truth[b][s].length; v++) {
          off += Math.abs(distances[b][s + 1][v] - truth[b][s][v]);
        }
      }
    }
    double[][][] wanted = oneHot(labels, logits[0].length);
    int structures = truth[0].length;
    double dice = 0;
    for (int s = 1; s <= structures; s++) {
      double[][] inside = ofClass(wanted, s);
      dice += softDice(ofClass(sigmoid(logits, 1), s), inside) / structures;
      dice += softDice(ofClass(sigmoid(distances, -STEEPNESS), s), inside) / structures;
    }
    double entries = (double) truth.length * structures * truth[0][0].length;
    return 0.01 * crossEntropy(softmax(logits), labels) + dice + off / entries;
  }

  /** DTC: the mean squared difference of the masks that both heads imply. */
  static double dualTaskConsistency(double[][][] logits, double[][][] distances) {
    return mean(
        squares(structures(sigmoid(distances, -STEEPNESS)), structures(sigmoid(logits, 1))));
  }

  /** DAN: the cross-entropy of scores B×2 that are to say {@code wanted}. */
  static double adversarial(float[] scores, int wanted) {
    double sum = 0;
    for (int b = 0; b < scores.length / 2; b++) {
      double other = scores[2 * b + 1 - wanted] - (double) scores[2 * b + wanted];
      sum += Math.log1p(Math.exp(other));
    }
    return 2 * sum / scores.length;
  }

  static double[][][] softmax(double[][][] logits) {
    double[][][] p = map(logits, Math::exp);
    for (double[][] patch : p) {
      for (int v = 0; v < patch[0].length; v++) {
        double sum = 0;
        for (double[] plane : patch) {
          sum += plane[v];
        }
        for (double[] plane : patch) {
          plane[v] /= sum;
        }
      }
    }
    return p;
  }

  private static double[][][] sigmoid(double[][][] scores, double factor) {
    return map(scores, x -> 1 / (1 + Math.exp(-factor * x)));
  }

  private static double[][][] map(
      double[][][] scores, java.util.function.DoubleUnaryOperator change) {
    return Arrays.stream(scores)
        .map(
            patch ->
                Arrays.stream(patch)
                    .map(plane -> Arrays.stream(plane).map(change).toArray())
                    .toArray(double[][]::new))
        .toArray(double[][][]::new);
  }

  private static double crossEntropy(double[][][] p, int[][] labels) {
    double sum = 0;
    int voxels = 0;
    for (int b = 0; b < labels.length; b++) {
      for (int v = 0; v < labels[b].length; v++, voxels++) {
        sum -= Math.log(p[b][labels[b][v]][v]);
      }
    }
    return sum / voxels;
  }

  private static double softDice(double[][] said, double[][] wanted) {
    double common = 0;
    double size = 0;
    for (int b = 0; b < said.length; b++) {
      for (int v = 0; v < said[b].length; v++) {
        common += said[b][v] * wanted[b][v];
        size += said[b][v] * said[b][v] + wanted[b][v] * wanted[b][v];
      }
    }
    return 1 - (2 * common + 1e-5) / (size + 1e-5);
  }

  private static double[][][] oneHot(int[][] labels, int classes) {
    double[][][] hot = new double[labels.length][classes][labels[0].length];
    for (int b = 0; b < labels.length; b++) {
      for (int v = 0; v < labels[b].length; v++) {
        hot[b][labels[b][v]][v] = 1;
      }
    }
    return hot;
  }

  private static double[][] ofClass(double[][][] scores, int c) {
    return Arrays.stream(scores).map(patch -> patch[c]).toArray(double[][]::new);
  }

  private static double[][][] structures(double[][][] scores) {
    return Arrays.stream(scores)
        .map(patch -> Arrays.copyOfRange(patch, 1, patch.length))
        .toArray(double[][][]::new);
  }

  private static double[][][] squares(double[][][] a, double[][][] b) {
    double[][][] squares = map(a, x -> x);
    for (int i = 0; i < a.length; i++) {
      for (int c = 0; c < a[i].length; c++) {
        for (int v = 0; v < a[i][c].length; v++) {
          squares[i][c][v] = (a[i][c][v] - b[i][c][v]) * (a[i][c][v] - b[i][c][v]);
        }
      }
    }
    return squares;
  }

  private static double mean(double[][][] values) {
    return Arrays.stream(values)
        .flatMap(Arrays::stream)
        .flatMapToDouble(Arrays::stream)
        .average()
        .orElseThrow();
  }
}
