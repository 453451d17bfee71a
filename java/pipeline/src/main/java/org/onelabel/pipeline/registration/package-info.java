/**
 * Finds a template's anatomy in another scan: as a whole first (position, rotation, scale,
 * mirroring), then bent ({@code bending}). What both work on is in {@code frame}. Nothing here
 * knows features, labels of other scans or files.
 */
package org.onelabel.pipeline.registration;
