package org.onelabel.cli;

import java.util.List;
import java.util.ListResourceBundle;
import org.onelabel.pipeline.configuration.Presets;
import org.onelabel.pipeline.experiment.Grid;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Lists of names that the help of options shows, each from the one place that knows them: {@code
 * ${bundle:list.presets}}.
 */
final class HelpLists extends ListResourceBundle {
  @Override
  protected Object[][] getContents() {
    return new Object[][] {
      {"list.presets", joined(Presets.NAMES)},
      {"list.baselines", joined(Presets.BASELINES)},
      {"list.encoders", joined(Grid.ALL_ENCODERS)},
      {"list.refinements", joined(Grid.ALL_REFINEMENTS)},
      {"list.volumes", VolumeFormats.describeEndings()},
      {"list.written-volumes", VolumeFormats.describe(VolumeFormats.writtenEndings())}
    };
  }

  private static String joined(List<String> names) {
    return String.join(", ", names);
  }
}
