package org.onelabel.pipeline.plan;

import org.onelabel.pipeline.registration.frame.Frame;

/**
 * Where and how finely scans are compared.
 *
 * @param frame the part of the template in which features are compared
 * @param stride working voxels a descriptor covers along each axis
 * @param encoderPatch sides of the patch of an encoder that is learnt from the pool
 */
public record FeaturePlan(Frame frame, int[] stride, int[] encoderPatch) {}
