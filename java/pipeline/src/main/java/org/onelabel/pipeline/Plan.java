package org.onelabel.pipeline;

import java.util.Arrays;
import org.onelabel.networks.Architecture;
import org.onelabel.pipeline.registration.Frame;
import org.onelabel.volumes.InputException;

/**
 * What the data decides where the configuration leaves it open.
 *
 * @param spacing of the working grids, as {@link Cohort#spacing}
 * @param patch sides of the training patch and the prediction window, working voxels
 * @param encoderPatch sides of the patch of an encoder that is learnt from the pool
 * @param frame the part of the template in which features are compared
 * @param stride working voxels a descriptor covers along each axis
 */
record Plan(
    double[] spacing,
    int[] patch,
    int[] encoderPatch,
    Frame frame,
    int[] stride,
    Architecture architecture) {

  static Plan of(Cohort cohort, Configuration configuration) {
    int[] shape = cohort.template().shape();
    int[] patch = configuration.training().patch().stream().mapToInt(Integer::intValue).toArray();
    if (patch[0] == 0) {
      patch = fittingPatch(shape, configuration.training().patchVoxels());
    }
    Frame frame = frame(cohort, configuration.registration());
    return new Plan(
        cohort.spacing(),
        patch,
        fittingPatch(shape, configuration.encoder().learnt().patchVoxels()),
        frame,
        stride(frame, configuration.encoder()),
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

  private static Frame frame(Cohort cohort, Configuration.RegistrationSettings settings) {
    int[] shape = cohort.template().shape();
    return settings.find()
        ? Frame.around(cohort.templateLabels(), shape, cohort.spacing(), settings.margin())
        : Frame.whole(shape, cohort.spacing());
  }

  private static int[] stride(Frame frame, Configuration.EncoderSettings settings) {
    return settings.stride() == 0
        ? finestStride(frame.shape(), frame.spacing(), settings.cells())
        : stride(frame.spacing(), settings.stride());
  }

  /** The smallest strides, alike in millimetres, at which a volume has at most so many cells. */
  static int[] finestStride(int[] shape, double[] spacing, int most) {
    for (int times = 1; ; times++) {
      int[] stride = stride(spacing, times);
      long cells = 1;
      for (int a = 0; a < 3; a++) {
        cells *= Math.ceilDiv(shape[a], stride[a]);
      }
      if (cells <= most) {
        return stride;
      }
    }
  }

  /** So many of the finest voxels in millimetres, in whole voxels along each axis. */
  private static int[] stride(double[] spacing, int times) {
    double finest = Arrays.stream(spacing).min().orElseThrow();
    return Arrays.stream(spacing)
        .mapToInt(side -> Math.max(1, (int) Math.rint(times * finest / side)))
        .toArray();
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
