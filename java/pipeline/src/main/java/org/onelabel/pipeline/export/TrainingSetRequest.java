package org.onelabel.pipeline.export;

import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Naming;
import org.onelabel.volumes.file.FileName;

/**
 * A training set of nnU-Net v2 that is to be made of a finished run. Immutable.
 *
 * @param run its folder
 * @param data folder of the dataset that it was begun with
 * @param naming how the dataset's image files are called
 * @param folder of the training set, called as nnU-Net has it: {@code Dataset001_Name}; absent or
 *     empty
 * @param atLeast the estimated Dice, a mean over structures in 0…1, that the labels of a volume of
 *     the pool need; 0 for all volumes
 */
public record TrainingSetRequest(Path run, Path data, Naming naming, Path folder, double atLeast) {
  private static final Pattern NAME = Pattern.compile("Dataset\\d{3}_\\w+");

  public TrainingSetRequest {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(naming, "naming");
    Objects.requireNonNull(folder, "folder");
    if (!NAME.matcher(FileName.of(folder.toAbsolutePath().normalize())).matches()) {
      throw new InputException(
          folder, "nnU-Net needs a name such as Dataset001_Heart: three digits, _, a name");
    }
    if (!(atLeast >= 0 && atLeast <= 1)) {
      throw new InputException("a Dice is 0 to 1, not " + atLeast);
    }
  }

  /** All volumes, with files that say how they are called. */
  public static TrainingSetRequest of(Path run, Path data, Path folder) {
    return new TrainingSetRequest(run, data, Naming.AUTO, folder, 0);
  }

  /** The same with the dataset where the run found it. */
  public static TrainingSetRequest of(Path run, Path folder) {
    return of(run, RunDirectory.open(run).notes().dataset(), folder);
  }

  /** The same of image files that are called so. */
  public TrainingSetRequest withNaming(Naming naming) {
    return new TrainingSetRequest(run, data, naming, folder, atLeast);
  }

  /** The same of volumes alone whose labels are probably that good. */
  public TrainingSetRequest withAtLeast(double dice) {
    return new TrainingSetRequest(run, data, naming, folder, dice);
  }
}
