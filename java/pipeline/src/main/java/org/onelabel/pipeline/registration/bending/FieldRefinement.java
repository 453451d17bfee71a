package org.onelabel.pipeline.registration.bending;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.pipeline.registration.frame.Lattice;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Smoothing;

/**
 * Moves a field of displacements to where scan and template are most alike in their {@link
 * LocalCorrelation}, by Adam (Kingma, Ba, ICLR 2015): the second part of ConvexAdam (Siebert,
 * Hansen, Heinrich 2021), with another likeness. The field is a smooth one of blocks. Immutable and
 * thread-safe.
 */
final class FieldRefinement {
  /** Half as many are up to 0.004 Dice worse, twice as many up to 0.001 better. */
  private static final int STEPS = 60;

  /** Length of the first step, the finest cells; steps shrink to a tenth. */
  private static final double RATE = 0.3;

  /** What a unit of squared strain costs beside the correlation, which is 1 at most. */
  private static final double STRAIN = 0.2;

  /** Deviation of the correlation's window, the finest cells. */
  private static final double WINDOW = 2;

  /** Deviation of the field's smoothness, the finest cells. */
  private static final double SMOOTHING = 2;

  /** Adam's, as published. */
  private static final double MEAN_DECAY = 0.9;

  private static final double SQUARE_DECAY = 0.999;

  private final Lattice lattice;
  private final List<float[]> template;

  /**
   * A refinement.
   *
   * @param template the template's channels on the lattice
   */
  FieldRefinement(Lattice lattice, List<float[]> template) {
    this.lattice = lattice;
    this.template = List.copyOf(template);
  }

  /**
   * A field of the cells, cells.
   *
   * @param scan the scan's channels on the lattice
   * @param inside which cells lie in the scan
   * @param start the field to begin with
   */
  float[][] refine(List<float[]> scan, boolean[] inside, float[][] start) {
    List<LocalCorrelation> likeness = new ArrayList<>();
    for (float[] channel : scan) {
      likeness.add(
          new LocalCorrelation(channel, lattice.size(), lattice.cellSigmas(WINDOW), inside));
    }
    int blocks = lattice.blocks().voxels();
    float[][] nodes = new float[3][];
    for (int a = 0; a < 3; a++) {
      nodes[a] = lattice.sums(start[a]);
      for (int b = 0; b < blocks; b++) {
        nodes[a][b] /= lattice.cellsOf(b);
      }
    }
    float[][] mean = new float[3][blocks];
    float[][] square = new float[3][blocks];
    for (int step = 1; step <= STEPS; step++) {
      float[][] smooth = smooth(nodes);
      float[][] slope = slopes(likeness, field(smooth));
      double rate = RATE * (1 - 0.9 * (step - 1) / STEPS);
      double meanShare = 1 - Math.pow(MEAN_DECAY, step);
      double squareShare = 1 - Math.pow(SQUARE_DECAY, step);
      for (int a = 0; a < 3; a++) {
        float[] gradient = lattice.sums(slope[a]);
        addStrain(smooth[a], a, gradient);
        gradient = smooth(gradient);
        double length = lattice.alongCells(a, rate);
        for (int b = 0; b < blocks; b++) {
          float g = gradient[b];
          mean[a][b] += (float) (1 - MEAN_DECAY) * (g - mean[a][b]);
          square[a][b] += (float) (1 - SQUARE_DECAY) * (g * g - square[a][b]);
          nodes[a][b] +=
              (float)
                  (length
                      * (mean[a][b] / meanShare)
                      / (Math.sqrt(square[a][b] / squareShare) + 1e-8));
        }
      }
    }
    return field(smooth(nodes));
  }

  private float[][] smooth(float[][] nodes) {
    float[][] smooth = new float[3][];
    for (int a = 0; a < 3; a++) {
      smooth[a] = smooth(nodes[a]);
    }
    return smooth;
  }

  private float[] smooth(float[] ofBlocks) {
    return Smoothing.gaussian(ofBlocks, lattice.blocks(), lattice.blockSigmas(SMOOTHING));
  }

  private float[][] field(float[][] smooth) {
    float[][] field = new float[3][lattice.size().voxels()];
    for (int a = 0; a < 3; a++) {
      lattice.addBlocks(smooth[a], field[a]);
    }
    return field;
  }

  /** By how much the likeness grows with the displacement of each cell along each axis. */
  private float[][] slopes(List<LocalCorrelation> likeness, float[][] field) {
    Extent size = lattice.size();
    float[][] slopes = new float[3][size.voxels()];
    float[][] edges = new float[3][size.voxels()];
    float[] moved = new float[size.voxels()];
    for (int c = 0; c < template.size(); c++) {
      move(template.get(c), field, moved, edges);
      float[] gradient = likeness.get(c).gradient(moved);
      for (int a = 0; a < 3; a++) {
        for (int n = 0; n < gradient.length; n++) {
          slopes[a][n] += gradient[n] * edges[a][n];
        }
      }
    }
    return slopes;
  }

  /** Values, and their slopes along each axis, where a field points; the edge repeats. */
  private void move(float[] values, float[][] field, float[] moved, float[][] edges) {
    Extent size = lattice.size();
    int[] last = {size.sizeX() - 1, size.sizeY() - 1, size.sizeZ() - 1};
    int stepX = size.stride(0);
    int stepY = size.stride(1);
    int n = 0;
    for (int x = 0; x <= last[0]; x++) {
      for (int y = 0; y <= last[1]; y++) {
        for (int z = 0; z <= last[2]; z++, n++) {
          float px = Math.clamp(x + field[0][n], 0f, last[0]);
          float py = Math.clamp(y + field[1][n], 0f, last[1]);
          float pz = Math.clamp(z + field[2][n], 0f, last[2]);
          int ix = Math.clamp((int) px, 0, Math.max(0, last[0] - 1));
          int iy = Math.clamp((int) py, 0, Math.max(0, last[1] - 1));
          int iz = Math.clamp((int) pz, 0, Math.max(0, last[2] - 1));
          float fx = px - ix;
          float fy = py - iy;
          float fz = pz - iz;
          int i = size.index(ix, iy, iz);
          int nx = last[0] > 0 ? stepX : 0;
          int ny = last[1] > 0 ? stepY : 0;
          int nz = last[2] > 0 ? 1 : 0;
          float v000 = values[i];
          float v001 = values[i + nz];
          float v010 = values[i + ny];
          float v011 = values[i + ny + nz];
          float v100 = values[i + nx];
          float v101 = values[i + nx + nz];
          float v110 = values[i + nx + ny];
          float v111 = values[i + nx + ny + nz];
          float v00 = v000 + fz * (v001 - v000);
          float v01 = v010 + fz * (v011 - v010);
          float v10 = v100 + fz * (v101 - v100);
          float v11 = v110 + fz * (v111 - v110);
          float v0 = v00 + fy * (v01 - v00);
          float v1 = v10 + fy * (v11 - v10);
          moved[n] = v0 + fx * (v1 - v0);
          edges[0][n] = v1 - v0;
          edges[1][n] = (v01 - v00) + fx * ((v11 - v10) - (v01 - v00));
          float low = (v001 - v000) + fy * ((v011 - v010) - (v001 - v000));
          float high = (v101 - v100) + fy * ((v111 - v110) - (v101 - v100));
          edges[2][n] = low + fx * (high - low);
        }
      }
    }
  }

  /** Takes the slope of the mean squared strain of a displacement along an axis. */
  private void addStrain(float[] smooth, int component, float[] gradient) {
    Extent blocks = lattice.blocks();
    double[] sides = lattice.cells().sides();
    for (int axis = 0; axis < 3; axis++) {
      int size = blocks.size(axis);
      int stride = blocks.stride(axis);
      double ratio = sides[component] / (lattice.block()[axis] * sides[axis]);
      float factor = (float) (2 * STRAIN * ratio * ratio / smooth.length);
      for (int b = 0; b < smooth.length; b++) {
        if (b / stride % size < size - 1) {
          float slope = factor * (smooth[b + stride] - smooth[b]);
          gradient[b] += slope;
          gradient[b + stride] -= slope;
        }
      }
    }
  }
}
