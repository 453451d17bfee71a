package org.onelabel.pipeline.experiment;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.onelabel.pipeline.configuration.Configuration;

/** A system of the grid. */
record Member(String name, String baseline, Map<String, String> settings) {

  Configuration configuration(String preset, long seed) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.put("seed", Long.toString(seed));
    return Configuration.of(preset, baseline, Optional.empty(), all);
  }

  String folder(long seed) {
    return name.replaceAll("[^A-Za-z0-9-]+", "-") + "-seed-" + seed;
  }
}
