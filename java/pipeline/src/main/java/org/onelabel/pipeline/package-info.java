/**
 * From one labelled template and a pool of unlabelled scans to a segmentation model. A program
 * calls {@link org.onelabel.pipeline.OneLabel}; nothing below knows it.
 *
 * <p>The packages below, from the bottom up: {@code files}, {@code progress}, {@code settings} and
 * {@code metrics} know no other one; {@code intensity} and {@code registration} work on voxels
 * alone; {@code cohort}, {@code features}, {@code framing}, {@code propagation}, {@code
 * prediction}, {@code uncertainty}, {@code refinement} and {@code training} are the algorithms,
 * each with its settings; {@code configuration} composes the settings and {@code plan} what follows
 * from the data; {@code directory} and {@code stage} are what a run is kept and done with; {@code
 * workflow} is the method as stages and {@code run} does them; {@code evaluation}, {@code report},
 * {@code inference}, {@code experiment}, {@code demo}, {@code template} and {@code inspection}
 * stand above.
 */
package org.onelabel.pipeline;
