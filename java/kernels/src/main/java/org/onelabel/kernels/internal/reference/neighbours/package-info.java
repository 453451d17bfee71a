/** Searches in plain Java. */
@NullMarked
package org.onelabel.kernels.internal.reference.neighbours;

import org.jspecify.annotations.NullMarked;
