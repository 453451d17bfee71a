package org.onelabel.pipeline.stage;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.onelabel.pipeline.directory.StageInputs;
import org.onelabel.pipeline.directory.StageName;

/**
 * All that the result of a stage follows from.
 *
 * @param needs the stages whose files it reads
 * @param settings that it reads, as in {@link StageInputs}
 * @param files from outside the run that it reads, by their names in {@link StageInputs}
 */
public record Declaration(
    StageName name, List<StageName> needs, Map<String, String> settings, Map<String, Path> files) {

  public Declaration {
    needs = List.copyOf(needs);
    settings = new TreeMap<>(settings);
    files = new TreeMap<>(files);
  }
}
