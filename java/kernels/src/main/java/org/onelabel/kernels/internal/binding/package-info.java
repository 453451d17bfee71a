/** The C ABI of {@code onelabel.h} and {@code onelabel_cuda.h}: libraries and their functions. */
@NullMarked
package org.onelabel.kernels.internal.binding;

import org.jspecify.annotations.NullMarked;
