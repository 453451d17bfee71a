package org.onelabel.pipeline.inference;

import java.nio.file.Path;
import org.onelabel.volumes.dataset.VolumeFile;
import org.onelabel.volumes.file.FileName;

/**
 * What may be written of a scan besides its labels: a file that is called as the label file is, in
 * a folder beside it.
 */
public enum ScanOutput {
  /**
   * The probabilities of the classes on the grid of the scan, float32, one 4-D file; frame 0 is the
   * background, frame c the structure with the value c in the labels.
   */
  PROBABILITIES("probabilities"),
  /** The entropy of these probabilities in nats, float32, on the grid of the scan. */
  UNCERTAINTY("uncertainty"),
  /** A PNG of three planes through the middle of the structures, with their outlines. */
  PREVIEW("previews");

  private final String folder;

  ScanOutput(String folder) {
    this.folder = folder;
  }

  /** The file beside the label file {@code labels}. */
  public Path beside(Path labels) {
    String name = FileName.of(labels);
    String called =
        this == PREVIEW ? VolumeFile.of(labels).map(VolumeFile::stem).orElse(name) + ".png" : name;
    return labels.toAbsolutePath().resolveSibling(folder).resolve(called);
  }

  /** Whether the scan itself is needed for it. */
  boolean needsIntensities() {
    return this == PREVIEW;
  }
}
