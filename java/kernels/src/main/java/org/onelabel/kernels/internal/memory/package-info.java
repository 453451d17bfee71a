/** How the arrays of a call reach the code that computes, and how long memory lives. */
@NullMarked
package org.onelabel.kernels.internal.memory;

import org.jspecify.annotations.NullMarked;
