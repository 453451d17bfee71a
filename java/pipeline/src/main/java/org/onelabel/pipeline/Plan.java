package org.onelabel.pipeline;

import java.util.Arrays;
import org.onelabel.networks.Architecture;
import org.onelabel.volumes.InputException;

/**
 * What the data decides where the configuration leaves it open.
 *
 * @param spacing of the working grids, as {@link Cohort#spacing}
 * @param patch sides of the training patch and the prediction window, working voxels
 * @param encoderPatch sides of the patch of an encoder that is learnt from the pool
 * @param stride working voxels a descriptor covers along each axis
 */
record Plan(
    double[] spacing, int[] patch, int[] encoderPatch, int stride, Architecture architecture) {

  static Plan of(Cohort cohort, Configuration configuration) {
    int[] shape = cohort.template().shape();
    int[] patch = configuration.training().patch().stream().mapToInt(Integer::intValue).toArray();
    if (patch[0] == 0) {
      patch = fittingPatch(shape, configuration.training().patchVoxels());
    }
    int stride = configuration.encoder().stride();
    return new Plan(
        cohort.spacing(),
        patch,
        fittingPatch(shape, configuration.encoder().learnt().patchVoxels()),
        stride == 0 ? finestStride(shape, configuration.encoder().cells()) : stride,
        architecture(cohort, configuration.network()));
  }

  private static Architecture architecture(Cohort cohort, Configuration.NetworkSettings settings) {
    try {
      return new Architecture(
          settings.kind(),
          cohort.channels(),
          settings.position(),
          cohort.classes(),
          settings.width());
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage());
    }
  }

  /** Multiples of 16 close to the shape, the longest side cut first until the budget holds. */
  static int[] fittingPatch(int[] shape, int voxels) {
    int[] patch = Arrays.stream(shape).map(s -> Math.max(16, (s + 8) / 16 * 16)).toArray();
    while ((long) patch[0] * patch[1] * patch[2] > voxels) {
      int longest = 0;
      for (int a = 1; a < 3; a++) {
        longest = patch[a] > patch[longest] ? a : longest;
      }
      if (patch[longest] == 16) {
        break;
      }
      patch[longest] -= 16;
    }
    return patch;
  }

  /** The smallest stride at which a volume has at most {@code most} cells. */
  static int finestStride(int[] shape, int most) {
    for (int stride = 1; ; stride++) {
      long cells = 1;
      for (int side : shape) {
        cells *= Math.ceilDiv(side, stride);
      }
      if (cells <= most) {
        return stride;
      }
    }
  }

  /** How a model of this plan prepares and tiles scans. */
  Model.Recipe recipe(Cohort cohort, Configuration configuration) {
    return new Model.Recipe(
        spacing,
        patch,
        configuration.prediction().overlap(),
        configuration.prediction().blending(),
        cohort.structures(),
        cohort.dataset().naming());
  }
}
