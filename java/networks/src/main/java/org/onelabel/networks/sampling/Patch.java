package org.onelabel.networks.sampling;

/**
 * A cut-out of a scan: channels one after the other; a label, a weight 0…1 and whether it lies
 * inside the scan for each voxel. Where the label is {@link org.onelabel.volumes.LabelMap#IGNORED}
 * the weight is 0.
 *
 * @param labelled whether the scan has a label; else it is background
 */
public record Patch(
    float[] image, byte[] label, float[] weight, boolean[] inside, boolean labelled) {}
