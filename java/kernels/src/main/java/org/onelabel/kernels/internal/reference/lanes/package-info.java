/** Many vectors or voxels at once in plain Java. */
@NullMarked
package org.onelabel.kernels.internal.reference.lanes;

import org.jspecify.annotations.NullMarked;
