/**
 * Volumes and labels in space: where voxels lie ({@link org.onelabel.volumes.Geometry}), what they
 * hold, and the grid that is worked on. Knows no file format; {@link
 * org.onelabel.volumes.InputException} is how every package here tells a mistake in what was given.
 */
package org.onelabel.volumes;
