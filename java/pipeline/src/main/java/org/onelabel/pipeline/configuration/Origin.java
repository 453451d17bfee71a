package org.onelabel.pipeline.configuration;

/**
 * Where the settings of a configuration come from.
 *
 * @param preset preset that the settings start from, one of {@link Presets#NAMES}; chosen with
 *     {@code --preset}
 * @param baseline system that is trained in place of ours, one of {@link Presets#BASELINES}; empty
 *     for ours; chosen with {@code --baseline}
 */
public record Origin(String preset, String baseline) {}
