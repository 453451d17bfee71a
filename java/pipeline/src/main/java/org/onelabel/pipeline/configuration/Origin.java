package org.onelabel.pipeline.configuration;

/**
 * Where the settings of a configuration come from; see {@link Presets}.
 *
 * @param preset preset that the settings start from; chosen with {@code --preset}
 * @param baseline system that is trained in place of ours; chosen with {@code --baseline}; empty
 *     for ours
 */
public record Origin(String preset, String baseline) {}
