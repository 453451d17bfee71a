package org.onelabel.pipeline.report;

/**
 * A picture inside a page.
 *
 * @param name what it shows
 * @param width pixels, as {@code height}
 * @param source a data URL of a PNG
 */
public record Picture(String name, int width, int height, String source) {}
