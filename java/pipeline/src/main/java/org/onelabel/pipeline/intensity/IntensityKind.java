package org.onelabel.pipeline.intensity;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the values of scans mean. */
public enum IntensityKind {
  /** Hounsfield units where the dataset or the values show them, else each scan by itself. */
  @JsonProperty("auto")
  AUTO,
  /** Values without a unit, as in MRI: each scan is normalised by itself. */
  @JsonProperty("per-scan")
  PER_SCAN,
  /** Hounsfield units, as in CT: they mean the same in every scan. */
  @JsonProperty("hounsfield")
  HOUNSFIELD
}
