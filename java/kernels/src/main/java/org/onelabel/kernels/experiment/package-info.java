/**
 * Experiments with kernels: every implementation held against float64 ({@link
 * org.onelabel.kernels.experiment.Conformance}), timed against what the machine can do ({@link
 * org.onelabel.kernels.experiment.Benchmark}), or replaced by a {@link
 * org.onelabel.kernels.experiment.Candidate}. All of them work on {@link
 * org.onelabel.kernels.experiment.KernelCase}s.
 */
@NullMarked
package org.onelabel.kernels.experiment;

import org.jspecify.annotations.NullMarked;
