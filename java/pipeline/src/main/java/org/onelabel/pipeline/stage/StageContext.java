package org.onelabel.pipeline.stage;

import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageInputs;
import org.onelabel.pipeline.plan.Plan;
import org.onelabel.pipeline.progress.Progress;

/**
 * What a stage works with. Two contexts of the same run, on two machines, differ in the kernels and
 * in who hears of the progress.
 *
 * @param inputs what the stage that is being done follows from
 */
public record StageContext(
    Cohort cohort,
    Configuration configuration,
    Plan plan,
    RunDirectory run,
    Devices devices,
    Progress progress,
    StageInputs inputs) {

  /** A context before any stage is being done. */
  public StageContext(
      Cohort cohort, Plan plan, RunDirectory run, Devices devices, Progress progress) {
    this(cohort, run.configuration(), plan, run, devices, progress, StageInputs.UNKNOWN);
  }

  /** The same for a stage that follows from {@code inputs}. */
  public StageContext following(StageInputs inputs) {
    return new StageContext(cohort, configuration, plan, run, devices, progress, inputs);
  }

  public Kernels kernels() {
    return devices.kernels();
  }

  /** Where networks are trained and applied. */
  public ComputeDevice device() {
    return devices.networks();
  }

  /** Where a stage writes to. */
  public Outputs outputs() {
    return new Outputs(run);
  }
}
