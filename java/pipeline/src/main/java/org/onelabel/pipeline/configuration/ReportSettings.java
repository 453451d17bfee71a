package org.onelabel.pipeline.configuration;

import org.onelabel.pipeline.settings.Setting;

/**
 * The report.
 *
 * @param volumes how many volumes are pictured
 */
public record ReportSettings(int volumes) {
  public ReportSettings {
    Setting.atLeast("volumes", volumes, 0);
  }
}
