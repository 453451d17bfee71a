/** The kernels as their definitions read, in plain Java and float64. */
@NullMarked
package org.onelabel.kernels.internal.reference;

import org.jspecify.annotations.NullMarked;
