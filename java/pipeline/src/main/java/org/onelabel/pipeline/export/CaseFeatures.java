package org.onelabel.pipeline.export;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.pipeline.directory.StageManifests;
import org.onelabel.pipeline.features.FeatureFile;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.files.FileHash;
import org.onelabel.volumes.InputException;

/**
 * The features of a case, which are read where they are needed.
 *
 * @param number from 0 on, in the order of the ids
 * @param file of a run
 * @param hash what the run wrote
 */
public record CaseFeatures(int number, String id, File file, FileHash hash)
    implements Serializable {

  /** Reads them; refused where they are no longer what the run wrote. */
  public FeatureGrid read() {
    if (!FileHash.of(file.toPath()).equals(hash)) {
      throw StageManifests.changed(file.toPath());
    }
    try {
      return FeatureFile.read(Safetensors.read(file.toPath()));
    } catch (IOException e) {
      throw new InputException(file.toPath(), e.getMessage(), e);
    }
  }

  /** The number of a cell's row in the table, which no other row has. */
  public long row(int cell) {
    return ((long) number << Integer.SIZE) + cell;
  }
}
