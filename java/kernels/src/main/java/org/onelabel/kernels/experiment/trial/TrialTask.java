package org.onelabel.kernels.experiment.trial;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a process is to try, as its arguments.
 *
 * @param library the candidate's
 * @param journal file that tells how it goes
 * @param parent the process id of who reads the journal
 */
record TrialTask(Path library, Path journal, TrialSettings settings, long parent) {

  List<String> arguments() {
    return List.of(
        library.toString(),
        journal.toString(),
        Integer.toString(settings.threads()),
        Integer.toString(settings.cases()),
        Integer.toString(settings.repeat()),
        settings.limit().toString(),
        Long.toString(parent));
  }

  static TrialTask parse(String[] a) {
    TrialSettings settings =
        new TrialSettings(
            Integer.parseInt(a[2]),
            Integer.parseInt(a[3]),
            Integer.parseInt(a[4]),
            Duration.parse(a[5]));
    return new TrialTask(Path.of(a[0]), Path.of(a[1]), settings, Long.parseLong(a[6]));
  }
}
