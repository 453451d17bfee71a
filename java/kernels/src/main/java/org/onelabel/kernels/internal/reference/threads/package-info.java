/** The threads of a call in plain Java, and how it is ended. */
@NullMarked
package org.onelabel.kernels.internal.reference.threads;

import org.jspecify.annotations.NullMarked;
