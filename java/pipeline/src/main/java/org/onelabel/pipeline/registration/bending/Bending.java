package org.onelabel.pipeline.registration.bending;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.pipeline.registration.frame.Lattice;
import org.onelabel.pipeline.registration.frame.Placement;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Smoothing;

/**
 * Bends a scan that was brought into the frame onto another, the template above all, as ConvexAdam
 * does (Siebert, Hansen, Heinrich 2021). First coupled convex optimisation (Heinrich, Papież,
 * Schnabel, Handels, WBIR 2014): every cell is compared with all places in a window, {@link
 * SelfSimilarity} deciding, while a smooth field pulls ever harder at the choices. What is chosen
 * is chosen for blocks of cells: the field is smoother than they are. Coarse steps first. Then
 * {@link FieldRefinement}. Immutable and thread-safe.
 */
public final class Bending {
  /**
   * A pass.
   *
   * @param step of the window, cells
   * @param smoothing deviation of the smooth field, the finest cells
   */
  private record Pass(int step, double smoothing) {}

  private static final List<Pass> PASSES = List.of(new Pass(2, 4), new Pass(1, 2.5));

  /** Steps of a window to either side; across thick slices one cell. */
  private static final int WINDOW = 3;

  private final Lattice lattice;
  private final Extent size;
  private final Extent blocks;
  private final boolean planar;
  private final int across;
  private final List<float[]> template;
  private final FieldRefinement refinement;

  /**
   * A bending onto an image.
   *
   * @param placement of the frame in it
   * @param count about how many cells the frame has
   */
  public Bending(Image image, Placement placement, Frame frame, double count) {
    planar = image.isPlanar();
    across = image.acrossSlices();
    lattice = Lattice.over(frame, image.spacing(), count);
    size = lattice.size();
    blocks = lattice.blocks();
    List<float[]> channels = sampled(image, placement);
    this.template = describe(channels);
    refinement = new FieldRefinement(lattice, channels);
  }

  /** An image's channels on the cells of the frame. */
  private List<float[]> sampled(Image image, Placement placement) {
    return image.channels().stream()
        .map(channel -> lattice.sampled(channel, image.extent(), placement))
        .toList();
  }

  /** Self-similarity of channels. */
  private List<float[]> describe(List<float[]> channels) {
    List<float[]> all = new ArrayList<>();
    for (float[] channel : channels) {
      all.addAll(SelfSimilarity.of(channel, size, lattice.cells()));
    }
    return all;
  }

  /** The bend of a scan that lies in the frame by {@code placement}. */
  public Bend bend(Image scan, Placement placement) {
    List<float[]> channels = sampled(scan, placement);
    List<float[]> described = describe(channels);
    boolean[] inside = new boolean[size.voxels()];
    lattice.visit(placement, (n, x, y, z) -> inside[n] = scan.covers(x, y, z));
    float[][] field = new float[3][inside.length];
    for (Pass pass : PASSES) {
      List<int[]> window = window(pass.step);
      float[][] costs =
          new DisplacementCosts(lattice, window, WINDOW * pass.step)
              .of(template, described, inside, field, lattice.blockSigmas(0.7 * pass.step));
      float[][] more = choices(window, pass).coupled(costs);
      for (int a = 0; a < 3; a++) {
        lattice.addBlocks(more[a], field[a]);
        field[a] = Smoothing.gaussian(field[a], size, lattice.cellSigmas(1));
      }
    }
    field = refinement.refine(channels, inside, field);
    Extent voxels = lattice.frame().extent();
    for (int a = 0; a < 3; a++) {
      float side = voxels.size(a) / (float) size.size(a);
      for (int n = 0; n < inside.length; n++) {
        field[a][n] *= side;
      }
    }
    return new Bend(field, size);
  }

  /** The displacements of a window, cells. */
  private List<int[]> window(int step) {
    List<int[]> window = new ArrayList<>();
    int[] most = {WINDOW, WINDOW, WINDOW};
    int[] steps = {step, step, step};
    if (planar) {
      most[across] = 1;
      steps[across] = 1;
    }
    for (int x = -most[0]; x <= most[0]; x++) {
      for (int y = -most[1]; y <= most[1]; y++) {
        for (int z = -most[2]; z <= most[2]; z++) {
          window.add(new int[] {x * steps[0], y * steps[1], z * steps[2]});
        }
      }
    }
    return window;
  }

  /** What decides among the displacements of a pass. */
  private DisplacementChoice choices(List<int[]> window, Pass pass) {
    double[] squares = new double[3];
    for (int a = 0; a < 3; a++) {
      double side = 1 / lattice.alongCells(a, 1);
      squares[a] = side * side;
    }
    return new DisplacementChoice(window, squares, blocks, lattice.blockSigmas(pass.smoothing));
  }
}
