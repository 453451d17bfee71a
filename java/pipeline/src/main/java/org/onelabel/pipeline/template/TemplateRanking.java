package org.onelabel.pipeline.template;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.features.DescriptorEncoder;
import org.onelabel.pipeline.features.EncoderSettings;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.intensity.Intensities;
import org.onelabel.pipeline.plan.Plan;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.WorkingGrid;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.ImageFiles;
import org.onelabel.volumes.dataset.Scans;

/**
 * Which of some unlabelled volumes to annotate: the one whose local features are the nearest to
 * those of all others, because labels are carried over between cells that are alike. Descriptors as
 * the default encoder makes them; no label is looked at.
 */
public final class TemplateRanking {
  private static final int CELLS = 3000;
  private static final int GRID_CELLS = 20_000;

  private TemplateRanking() {}

  /**
   * A candidate.
   *
   * @param distance mean over the cells of all other volumes of the squared distance to its nearest
   *     cell
   * @param worst the volume it covers worst
   */
  public record Candidate(String id, double distance, String worst) {}

  /**
   * The candidates, the best first.
   *
   * @throws InputException where there are fewer than two scans, or they cannot be compared
   */
  public static List<Candidate> of(TemplateRequest request, Progress progress) {
    Path images = request.images();
    if (!Files.isDirectory(images)) {
      throw new InputException(images, "is no folder of scans");
    }
    Scans scans = Scans.open(images, request.naming(), ImageFiles.ofChannels(request.channels()));
    if (scans.cases().size() < 2) {
      throw new InputException(images, "holds fewer than two scans: nothing to choose from");
    }
    scans.warnings().lines().forEach(progress::warn);
    try (Kernels kernels = request.devices().openKernels()) {
      return rank(scans.cases(), request.channels(), kernels, progress);
    }
  }

  private static List<Candidate> rank(
      List<Case> cases, OptionalInt channels, Kernels kernels, Progress progress) {
    EncoderSettings settings = Configuration.of("quick", Map.of()).encoder();
    double[] spacing = WorkingGrid.canonicalSpacing(cases.getFirst().readGeometry());
    List<float[]> samples = new ArrayList<>();
    int dimension = 0;
    try (Progress.Task task = progress.begin("features", cases.size())) {
      for (Case source : cases) {
        WorkingScan scan = WorkingScan.unnormalised(source, spacing);
        channels = channels.isPresent() ? channels : OptionalInt.of(scan.channels());
        scan.requireChannels(channels.getAsInt(), "the others have");
        Intensities intensities = Intensities.perScan(scan.channels());
        DescriptorEncoder encoder =
            new DescriptorEncoder(
                Plan.finestStride(scan.shape(), spacing, GRID_CELLS), settings.weights());
        FeatureGrid grid = encoder.encode(scan.normalised(intensities).volume());
        dimension = grid.dimension();
        samples.add(sample(grid));
        task.step(source.id());
      }
    }
    List<Candidate> ranking = new ArrayList<>();
    try (Progress.Task task = progress.begin("coverage", cases.size())) {
      for (int t = 0; t < cases.size(); t++) {
        double sum = 0;
        double largest = -1;
        String worst = "";
        for (int v = 0; v < cases.size(); v++) {
          if (v != t) {
            double distance = distance(samples.get(v), samples.get(t), dimension, kernels);
            sum += distance / (cases.size() - 1);
            if (distance > largest) {
              largest = distance;
              worst = cases.get(v).id();
            }
          }
        }
        ranking.add(new Candidate(cases.get(t).id(), sum, worst));
        task.step(cases.get(t).id());
      }
    }
    ranking.sort(Comparator.comparingDouble(Candidate::distance));
    return ranking;
  }

  /** Rows of some cells, the same share of every volume. */
  private static float[] sample(FeatureGrid grid) {
    int dimension = grid.dimension();
    int count = Math.min(CELLS, grid.cells());
    float[] rows = new float[count * dimension];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < count; i++) {
      // One of every stretch of cells: evenly over the volume.
      long from = (long) i * grid.cells() / count;
      long to = (long) (i + 1) * grid.cells() / count;
      int cell = (int) (from + random.nextInt((int) (to - from)));
      System.arraycopy(grid.rows(), cell * dimension, rows, i * dimension, dimension);
    }
    return rows;
  }

  private static double distance(float[] of, float[] to, int dimension, Kernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      long queries = of.length / dimension;
      MemorySegment scores = arena.allocate(ValueLayout.JAVA_FLOAT, queries);
      kernels.run(
          NearestNeighbours.of(
                  FeatureMatrix.rows(of, queries, dimension),
                  FeatureMatrix.rows(to, to.length / dimension, dimension),
                  NearestNeighbours.Metric.SQUARED_L2,
                  1)
              .scoresInto(Buffer.of(scores)));
      return kernels.summarise(Buffer.of(scores), queries).mean();
    }
  }
}
