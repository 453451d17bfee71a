package org.onelabel.networks;

/** A cut-out of a scan: channels one after the other, labels, and weights 0…1 per voxel. */
record Patch(float[] image, byte[] label, float[] weight) {}
