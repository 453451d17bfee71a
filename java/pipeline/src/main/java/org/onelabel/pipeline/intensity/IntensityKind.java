package org.onelabel.pipeline.intensity;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the values of scans mean. */
public enum IntensityKind {
  /** Hounsfield units where the dataset or the values say so, else nothing beyond each scan. */
  @JsonProperty("auto")
  AUTO,
  /** They mean something within a scan alone, as in MRI. */
  @JsonProperty("per-scan")
  PER_SCAN,
  /** They mean the same in every scan, as in CT. */
  @JsonProperty("hounsfield")
  HOUNSFIELD
}
