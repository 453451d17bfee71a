package org.onelabel.pipeline.prediction;

import org.onelabel.pipeline.quality.ScanEvidence;
import org.onelabel.volumes.LabelMap;

/**
 * What a model makes of a scan.
 *
 * @param labels on the grid of its file
 * @param evidence of how good they are
 */
public record Segmentation(LabelMap labels, ScanEvidence evidence) {}
