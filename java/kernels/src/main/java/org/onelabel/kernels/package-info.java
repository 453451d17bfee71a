/**
 * The kernels of one-label segmentation and what they are called with: {@link
 * org.onelabel.kernels.Kernels#open} opens them, a call is a record ({@link
 * org.onelabel.kernels.NearestNeighbours} and the like), its arrays are {@link
 * org.onelabel.kernels.Buffer}s.
 */
@NullMarked
package org.onelabel.kernels;

import org.jspecify.annotations.NullMarked;
