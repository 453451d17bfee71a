package org.onelabel.pipeline.run;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageInputs;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.plan.Plan;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.CaseWorkers;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.PerCaseStage;
import org.onelabel.pipeline.stage.Stage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.stage.Work;
import org.onelabel.pipeline.workflow.Workflow;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.Naming;

/**
 * Some cases of a stage. Another process has read and checked the dataset, and holds the lock of
 * the run.
 *
 * @param data folder of the dataset
 * @param folder of the run
 */
record CasesWork(File data, Naming naming, File folder, String stage, List<String> ids)
    implements Work<String[]> {

  /** Where what a stage follows from lies while its cases are done. */
  static Path inputs(RunDirectory run, StageName stage) {
    return run.file("stages", stage.toString(), ".inputs.json");
  }

  /** Tells the ids. */
  @Override
  public String[] run(Devices devices, Progress progress) {
    RunDirectory run = RunDirectory.open(folder.toPath());
    Dataset dataset =
        Runs.dataset(
            new ResumeRequest(data.toPath(), naming, folder.toPath(), DeviceSettings.AUTO));
    Configuration configuration = run.configuration();
    Cohort cohort =
        Cohort.ofChecked(
            dataset, configuration.cohort(), configuration.registration(), InputFiles.unseen());
    Plan plan = Plan.of(cohort, configuration);
    Stage found = Workflow.of(configuration, dataset).stage(stage).orElseThrow();
    StageContext context =
        new StageContext(cohort, plan, run, devices, progress)
            .following(Json.read(inputs(run, found.name()), StageInputs.class));
    CaseWorkers.LOCAL.run((PerCaseStage) found, ids, context);
    return ids.toArray(String[]::new);
  }
}
