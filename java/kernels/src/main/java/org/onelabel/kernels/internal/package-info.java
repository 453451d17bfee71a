/** The kernels behind the C ABI, and the providers that open them. */
@NullMarked
package org.onelabel.kernels.internal;

import org.jspecify.annotations.NullMarked;
