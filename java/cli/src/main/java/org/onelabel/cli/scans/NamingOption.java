package org.onelabel.cli.scans;

import org.onelabel.volumes.dataset.Naming;
import picocli.CommandLine.Option;

/** How image files are called. */
final class NamingOption {
  @Option(
      names = "--naming",
      defaultValue = "auto",
      paramLabel = "NAMING",
      description = {
        "How image files are called: plain (a file is a case, as amos_0001), suffixed (ID_0000 is",
        "channel 0 of the case ID), or auto: as the files say. Default: ${DEFAULT-VALUE}."
      })
  private Naming naming;

  Naming get() {
    return naming;
  }
}
