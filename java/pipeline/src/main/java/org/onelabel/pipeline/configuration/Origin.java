package org.onelabel.pipeline.configuration;

/**
 * Whose settings a configuration has.
 *
 * @param preset one of {@link Presets#NAMES}
 * @param baseline the system whose settings it has instead of ours, one of {@link
 *     Presets#BASELINES}; else empty
 */
public record Origin(String preset, String baseline) {}
