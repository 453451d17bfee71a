package org.onelabel.pipeline.demo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.onelabel.pipeline.files.Json;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Smoothing;

/**
 * A made-up cohort to try everything on: a body with a chamber and its vessel, a wedge-like
 * neighbour and a small node, in every volume posed, scaled and deformed anew, with its own
 * contrast, a bias field and noise. Written in the folder layout of a dataset.
 */
public final class SyntheticCohort {
  private static final Extent EXTENT = new Extent(56, 52, 40);
  private static final double SPACING = 2;
  private static final int POOL = 9;
  private static final List<String> STRUCTURES = List.of("chamber", "wedge", "node");

  private final Path folder;
  private final SplittableRandom random;

  private SyntheticCohort(Path folder, long seed) {
    this.folder = folder;
    random = new SplittableRandom(seed);
  }

  /** Writes 16 volumes: a template, 9 unlabelled, 2 to validate on, 4 to test on. */
  public static void write(Path folder, long seed) {
    write(folder, seed, POOL);
  }

  /** The same with so many unlabelled volumes. */
  public static void write(Path folder, long seed, int unlabelled) {
    SyntheticCohort cohort = new SyntheticCohort(folder, seed);
    cohort.writeSet("imagesTr", "labelsTr", 0, 1);
    cohort.writeSet("imagesUn", "labelsUnHidden", 1, unlabelled);
    cohort.writeSet("imagesVal", "labelsVal", unlabelled + 1, 2);
    cohort.writeSet("imagesTs", "labelsTs", unlabelled + 3, 4);
    Map<String, Integer> labels = new LinkedHashMap<>();
    labels.put("background", 0);
    STRUCTURES.forEach(name -> labels.put(name, labels.size()));
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("name", "Synthetic cohort");
    description.put("channel_names", Map.of("0", "synthetic"));
    description.put("labels", labels);
    description.put("file_ending", ".nii.gz");
    Json.write(folder.resolve("dataset.json"), description);
  }

  private void writeSet(String images, String labels, int first, int count) {
    for (int i = first; i < first + count; i++) {
      String id = "synthetic_%03d".formatted(i);
      // The template is an average specimen; the others vary.
      Specimen specimen = new Specimen(random.split(), i == 0 ? 0.3 : 1);
      VolumeFormats.NIFTI.write(
          folder.resolve(images).resolve(id + "_0000.nii.gz"), specimen.image());
      VolumeFormats.NIFTI.write(folder.resolve(labels).resolve(id + ".nii.gz"), specimen.labels());
    }
  }

  /** One volume. Positions are in −1…1 along the shorter sides. */
  private static final class Specimen {
    private static final int WAVES = 6;

    private final Geometry geometry =
        Geometry.of(EXTENT, Affine.ofSpacing(SPACING, SPACING, SPACING));
    private final RandomGenerator random;
    private final double variation;
    private final double[] shift = new double[3];
    private final double[] scale = new double[3];
    private final double turn;
    private final double[][] waves = new double[WAVES][7];
    private final byte[] tissue = new byte[geometry.voxels()];

    Specimen(RandomGenerator random, double variation) {
      this.random = random;
      this.variation = variation;
      double size = Math.exp(uniform(0.12));
      for (int a = 0; a < 3; a++) {
        shift[a] = uniform(0.12);
        scale[a] = size * Math.exp(uniform(0.08));
      }
      turn = uniform(0.25);
      for (double[] wave : waves) {
        for (int a = 0; a < 3; a++) {
          wave[a] = uniform(4) / variation;
          wave[3 + a] = uniform(0.07);
        }
        wave[6] = uniform(Math.PI);
      }
      fill();
    }

    private double uniform(double limit) {
      return variation * limit * (2 * random.nextDouble() - 1);
    }

    private void fill() {
      double unit = 0.5 * EXTENT.sizeZ();
      int next = 0;
      for (int x = 0; x < EXTENT.sizeX(); x++) {
        for (int y = 0; y < EXTENT.sizeY(); y++) {
          for (int z = 0; z < EXTENT.sizeZ(); z++) {
            double[] p = {
              (x - 0.5 * (EXTENT.sizeX() - 1)) / unit,
              (y - 0.5 * (EXTENT.sizeY() - 1)) / unit,
              (z - 0.5 * (EXTENT.sizeZ() - 1)) / unit
            };
            tissue[next++] = tissue(inAnatomy(p));
          }
        }
      }
    }

    /** Where in the undeformed anatomy a position looks. */
    private double[] inAnatomy(double[] p) {
      double[] q = p.clone();
      for (double[] wave : waves) {
        double phase = Math.sin(wave[0] * p[0] + wave[1] * p[1] + wave[2] * p[2] + wave[6]);
        for (int a = 0; a < 3; a++) {
          q[a] += wave[3 + a] * phase;
        }
      }
      for (int a = 0; a < 3; a++) {
        q[a] = (q[a] - shift[a]) / scale[a];
      }
      double cos = Math.cos(turn);
      double sin = Math.sin(turn);
      return new double[] {cos * q[0] - sin * q[1], sin * q[0] + cos * q[1], q[2]};
    }

    /** 0 outside, 1 chamber, 2 wedge, 3 node, 4 body, 5 shell. */
    private static byte tissue(double[] p) {
      if (ellipsoid(p, 0.15, 0.05, 0, 0.42, 0.34, 0.4) < 1
          || (Math.hypot(p[1] - 0.05, p[2] - 0.1) < 0.13 && p[0] > 0.15 && p[0] < 0.85)) {
        return 1;
      }
      if (ellipsoid(p, -0.5, -0.1, -0.1, 0.36, 0.5, 0.45) < 1 && p[0] + 0.6 * p[1] < -0.35) {
        return 2;
      }
      if (ellipsoid(p, -0.25, 0.6, 0.25, 0.34, 0.26, 0.3) < 1) {
        return 3;
      }
      double body = ellipsoid(p, 0, 0, 0, 1.2, 1.1, 0.95);
      return (byte) (body < 0.85 ? 4 : body < 1 ? 5 : 0);
    }

    private static double ellipsoid(
        double[] p, double x, double y, double z, double a, double b, double c) {
      return Math.sqrt(
          (p[0] - x) * (p[0] - x) / (a * a)
              + (p[1] - y) * (p[1] - y) / (b * b)
              + (p[2] - z) * (p[2] - z) / (c * c));
    }

    LabelMap labels() {
      byte[] labels = tissue.clone();
      for (int i = 0; i < labels.length; i++) {
        labels[i] = labels[i] > STRUCTURES.size() ? 0 : labels[i];
      }
      return new LabelMap(geometry, labels);
    }

    Volume image() {
      double[] level = {0, 1.0, 0.7, 0.88, 0.42, 0.2};
      for (int t = 1; t < level.length; t++) {
        level[t] += uniform(0.06);
      }
      double gain = 400 * Math.exp(uniform(0.5));
      double[] slope = {uniform(0.25), uniform(0.25), uniform(0.25)};
      float[] image = new float[tissue.length];
      for (int i = 0; i < image.length; i++) {
        image[i] = (float) (level[tissue[i]] + 0.1 * random.nextGaussian());
      }
      image = Smoothing.gaussian(image, EXTENT, 0.7);
      for (int i = 0; i < image.length; i++) {
        int row = i / EXTENT.sizeZ();
        double field =
            1
                + slope[0] * (2.0 * Math.floorDiv(row, EXTENT.sizeY()) / EXTENT.sizeX() - 1)
                + slope[1] * (2.0 * (row % EXTENT.sizeY()) / EXTENT.sizeY() - 1)
                + slope[2] * (2.0 * (i % EXTENT.sizeZ()) / EXTENT.sizeZ() - 1);
        image[i] = (float) (gain * (image[i] * field + 0.04 * random.nextGaussian()));
      }
      return new Volume(geometry, image);
    }
  }
}
