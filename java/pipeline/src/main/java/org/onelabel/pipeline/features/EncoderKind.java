package org.onelabel.pipeline.features;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where features come from. */
public enum EncoderKind {
  /** Hand-made local descriptors; nothing to download. */
  @JsonProperty("descriptors")
  DESCRIPTORS,
  /** Descriptors, and vectors of a network that is learnt from the pool itself. */
  @JsonProperty("pool")
  POOL,
  /** A network in a TorchScript or ONNX file. */
  @JsonProperty("file")
  FILE,
  /** The image encoder of SAM-Med3D; its checkpoint is the file. */
  @JsonProperty("sam-med3d")
  SAM_MED3D
}
