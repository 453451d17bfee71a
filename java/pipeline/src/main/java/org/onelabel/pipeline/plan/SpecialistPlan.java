package org.onelabel.pipeline.plan;

import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.pipeline.prediction.ComponentFilter;

/**
 * What is trained, on what.
 *
 * @param patch sides of the training patch and the prediction window, working voxels
 * @param sampling of training patches
 * @param components of what the network finds that are kept; {@link ComponentFilter#ALL}
 */
public record SpecialistPlan(
    int[] patch, Sampling sampling, int components, Architecture architecture) {}
