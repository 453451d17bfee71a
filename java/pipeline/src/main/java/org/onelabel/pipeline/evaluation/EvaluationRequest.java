package org.onelabel.pipeline.evaluation;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;

/**
 * Label files to compare with the truth. Immutable.
 *
 * @param predictions folder of labels, or a label file
 * @param truth folder of true labels of the same names; a label file where the prediction is one
 * @param hd95 which 95 % Hausdorff distance is meant
 * @param ignored the value, 1…254, of voxels of the truth that nobody looked at: they are left out
 * @param json where every number is written; nowhere if empty
 */
public record EvaluationRequest(
    Path predictions, Path truth, Hd95 hd95, OptionalInt ignored, Optional<Path> json) {

  public EvaluationRequest {
    Objects.requireNonNull(predictions, "predictions");
    Objects.requireNonNull(truth, "truth");
    Objects.requireNonNull(hd95, "hd95");
    Objects.requireNonNull(ignored, "ignored");
    Objects.requireNonNull(json, "json");
    json.filter(file -> !file.toString().endsWith(".json"))
        .ifPresent(
            file -> {
              throw new InputException(file, "must end in .json");
            });
    if (ignored.isPresent() && (ignored.getAsInt() < 1 || ignored.getAsInt() >= LabelMap.IGNORED)) {
      throw new InputException("voxels to ignore have a value of 1…254, not " + ignored.getAsInt());
    }
  }

  /** Every voxel of two folders or files, with the pooled HD95. */
  public static EvaluationRequest of(Path predictions, Path truth) {
    return new EvaluationRequest(
        predictions, truth, Hd95.POOLED, OptionalInt.empty(), Optional.empty());
  }

  /** The same with another HD95. */
  public EvaluationRequest withHd95(Hd95 hd95) {
    return new EvaluationRequest(predictions, truth, hd95, ignored, json);
  }

  /** The same without the voxels that have this value in the truth. */
  public EvaluationRequest withIgnored(int value) {
    return new EvaluationRequest(predictions, truth, hd95, OptionalInt.of(value), json);
  }

  /** The same, written to a file as well. */
  public EvaluationRequest withJson(Path file) {
    Optional<Path> json = Optional.of(Objects.requireNonNull(file, "file"));
    return new EvaluationRequest(predictions, truth, hd95, ignored, json);
  }
}
