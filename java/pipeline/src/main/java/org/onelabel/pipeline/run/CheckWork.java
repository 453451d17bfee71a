package org.onelabel.pipeline.run;

import java.io.File;
import java.util.List;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.CohortSettings;
import org.onelabel.pipeline.files.FileHash;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.registration.RegistrationSettings;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.Work;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.Naming;

/**
 * Some cases of a dataset to read and to check.
 *
 * @param data folder of the dataset
 */
record CheckWork(
    File data,
    Naming naming,
    CohortSettings settings,
    RegistrationSettings registration,
    List<String> ids)
    implements Work<CheckedCase[]> {

  @Override
  public CheckedCase[] run(Devices devices, Progress progress) {
    Dataset dataset = Runs.dataset(data.toPath(), naming, settings.template());
    Cohort cohort = Cohort.ofChecked(dataset, settings, registration, InputFiles.unseen());
    return ids.stream().map(id -> check(cohort, cohort.source(id))).toArray(CheckedCase[]::new);
  }

  private static CheckedCase check(Cohort cohort, Case source) {
    List<FileHash> files = source.files().stream().map(cohort.files()::hash).toList();
    cohort.check(source);
    return new CheckedCase(source.id(), files);
  }
}
