/**
 * The kernels in plain Java. What they find is what float64 arithmetic finds, in a fixed order of
 * operations, rounded to float32 once, whatever the number of threads. Where float32 is faster it
 * decides what cannot matter, by a bound of its error.
 */
@NullMarked
package org.onelabel.kernels.internal.reference;

import org.jspecify.annotations.NullMarked;
