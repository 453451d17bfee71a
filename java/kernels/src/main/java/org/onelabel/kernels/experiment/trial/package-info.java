/**
 * A candidate for kernels, compiled, held against float64 and timed beside the built-in ones in a
 * process of its own: whatever it does there, {@link
 * org.onelabel.kernels.experiment.trial.CandidateTrial} says what it was.
 */
@NullMarked
package org.onelabel.kernels.experiment.trial;

import org.jspecify.annotations.NullMarked;
