package org.onelabel.pipeline.configuration;

import org.onelabel.pipeline.settings.Setting;

/**
 * What the report shows.
 *
 * @param volumes number of volumes of which the report shows pictures
 */
public record ReportSettings(int volumes) {
  public ReportSettings {
    Setting.atLeast("volumes", volumes, 0);
  }
}
