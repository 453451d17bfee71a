package org.onelabel.pipeline.features;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where features come from. */
public enum EncoderKind {
  /** Hand-made local descriptors; nothing to download. */
  @JsonProperty("descriptors")
  DESCRIPTORS(Source.SCAN),
  /** Descriptors, and vectors of a network that is learnt from the pool itself. */
  @JsonProperty("pool")
  POOL(Source.POOL),
  /** A network in a TorchScript or ONNX file. */
  @JsonProperty("file")
  FILE(Source.FILE),
  /** The image encoder of SAM-Med3D; its checkpoint is the file. */
  @JsonProperty("sam-med3d")
  SAM_MED3D(Source.FILE);

  /** What has to be there before a scan is encoded. */
  private enum Source {
    SCAN,
    POOL,
    FILE
  }

  private final Source source;

  EncoderKind(Source source) {
    this.source = source;
  }

  /** Whether it is a network that the user gave. */
  boolean isFile() {
    return source == Source.FILE;
  }

  /** Whether features are of cells whose size the data decide; a file has its own. */
  public boolean hasPlannedCells() {
    return source != Source.FILE;
  }

  /** Whether it is learnt from the pool in the run. */
  public boolean isLearnt() {
    return source == Source.POOL;
  }
}
