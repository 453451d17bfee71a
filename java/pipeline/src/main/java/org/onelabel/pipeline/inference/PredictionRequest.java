package org.onelabel.pipeline.inference;

import java.nio.file.Path;
import java.util.Objects;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.volumes.dataset.Naming;

/**
 * Scans to segment with the model of a finished run. Immutable.
 *
 * @param run folder of the run
 * @param input a scan, or a folder of scans
 * @param output a label file ({@code .nii}, {@code .nii.gz}, {@code .nrrd}, {@code .mha}) for a
 *     scan, a folder for a folder; outside runs and datasets
 * @param naming how the scans' files are called
 * @param specialistOnly whether the network is asked alone, without the propagation; faster, but
 *     without estimates
 * @param further what is written besides labels
 * @param devices where to compute
 */
public record PredictionRequest(
    Path run,
    Path input,
    Path output,
    Naming naming,
    boolean specialistOnly,
    FurtherOutputs further,
    DeviceSettings devices) {

  public PredictionRequest {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(naming, "naming");
    Objects.requireNonNull(further, "further");
    Objects.requireNonNull(devices, "devices");
  }

  /** Files called as those that the model learnt from, on devices that are chosen. */
  public static PredictionRequest of(Path run, Path input, Path output) {
    return new PredictionRequest(
        run, input, output, Naming.AUTO, false, FurtherOutputs.NONE, DeviceSettings.AUTO);
  }

  /** The same of files that are called so. */
  public PredictionRequest withNaming(Naming naming) {
    return new PredictionRequest(run, input, output, naming, specialistOnly, further, devices);
  }

  /** The same by the network alone. */
  public PredictionRequest bySpecialistOnly() {
    return new PredictionRequest(run, input, output, naming, true, further, devices);
  }

  /** The same with these files besides labels. */
  public PredictionRequest withFurther(FurtherOutputs further) {
    return new PredictionRequest(run, input, output, naming, specialistOnly, further, devices);
  }

  /** The same computed there. */
  public PredictionRequest withDevices(DeviceSettings devices) {
    return new PredictionRequest(run, input, output, naming, specialistOnly, further, devices);
  }
}
