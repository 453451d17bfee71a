package org.onelabel.pipeline.propagation;

import org.onelabel.pipeline.features.CellValues;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.volumes.grid.Smoothing;

/**
 * Registers a volume with a template through its features: moves the position channels of the
 * volume's cells so that what is alike lies at the same place. First as a whole, then smoothly bent
 * as in Thirion's demons (Medical Image Analysis 1998), with the places where a search finds a
 * cell's like in the template as the force. A coarse grid of cells is enough for both.
 *
 * @param moments how often the positions are shifted and scaled so that the structures found lie
 *     where the template's do
 * @param deformations how often they are bent after that
 * @param stiffness standard deviation of a bend's smoothing in coarse cells, of which there are
 *     about 20 along each side; twice this at the first bend, falling geometrically
 */
record PositionAlignment(int moments, int deformations, double stiffness) {
  private static final int COARSE_CELLS = 8000;

  /** A bend is smooth: of a volume's coarse cells every second along each axis tells it. */
  private static final int EVERY = 2;

  /** A search keeps to the place where it begins, so that it finds a part of the way. */
  private static final double RELAXATION = 1.5;

  /** What a cell of the background counts beside one of a structure. */
  private static final float BACKGROUND = 0.5f;

  /** How far apart the coarse cells of a volume lie; {@link #align} searches in the template's. */
  static int step(FeatureGrid volume) {
    return Math.max(1, (int) Math.ceil(Math.cbrt(volume.cells() / (double) COARSE_CELLS)));
  }

  /** The volume with other positions. */
  FeatureGrid align(FeatureGrid volume, TemplateSearch template) {
    if (volume.positions() == 0) {
      return volume;
    }
    int step = EVERY * step(volume);
    FeatureGrid aligned = volume;
    for (int pass = 0; pass < moments; pass++) {
      FeatureGrid coarse = aligned.thinned(step);
      float[] found = template.answers(coarse).structure();
      aligned = aligned.withPositions(coarse.positionMoments(found), template.moments());
    }
    FeatureGrid coarse = aligned.thinned(step);
    FeatureGrid bent = coarse;
    for (int pass = 0; pass < deformations; pass++) {
      double sigma = stiffness * Math.pow(2, 1 - pass / Math.max(1.0, deformations - 1.0));
      bent = bent.displaced(displacement(bent, template, sigma / EVERY), bent.size(), 1);
    }
    float[][] displacement = new float[volume.positions()][coarse.cells()];
    for (int p = 0; p < displacement.length; p++) {
      for (int n = 0; n < coarse.cells(); n++) {
        displacement[p][n] = bent.position(n, p) - coarse.position(n, p);
      }
    }
    return aligned.displaced(displacement, coarse.size(), step);
  }

  /** How far each position channel of each cell is to move; {@code sigma} is in cells. */
  private static float[][] displacement(FeatureGrid cells, TemplateSearch template, double sigma) {
    CellValues answers = template.answers(cells);
    float[] weight = answers.structure();
    for (int n = 0; n < weight.length; n++) {
      weight[n] = Math.max(BACKGROUND, weight[n]);
    }
    float[] total = Smoothing.gaussian(weight, cells.size(), sigma);
    float[][] displacement = new float[cells.positions()][];
    for (int p = 0; p < displacement.length; p++) {
      float[] force = answers.plane(template.classes() + p);
      for (int n = 0; n < force.length; n++) {
        force[n] = weight[n] * (force[n] - cells.position(n, p));
      }
      force = Smoothing.gaussian(force, cells.size(), sigma);
      for (int n = 0; n < force.length; n++) {
        force[n] *= (float) (RELAXATION / total[n]);
      }
      displacement[p] = force;
    }
    return displacement;
  }
}
