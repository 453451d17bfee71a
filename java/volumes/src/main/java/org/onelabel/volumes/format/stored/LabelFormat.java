package org.onelabel.volumes.format.stored;

import java.nio.file.Path;
import java.util.List;
import org.onelabel.volumes.LabelMap;

/** A format that labels are written in as well. */
public interface LabelFormat extends VolumeFormat {

  /** The endings that labels may be written with; some of {@link #endings}. */
  List<String> writtenEndings();

  /** The ending of labels that are called like their scan. */
  String labelEnding();

  /**
   * Writes labels as uint8 on their grid: with the spatial header of a scan of this format as it
   * stood there, else with the affine. Replaces the file atomically.
   */
  void write(Path file, LabelMap labels);
}
