package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.features.VoxelCells;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.pipeline.picture.SlicePicture;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.propagation.DenseKnnPropagation;
import org.onelabel.pipeline.propagation.Propagation;
import org.onelabel.pipeline.propagation.PrototypePropagation;
import org.onelabel.pipeline.refinement.Refinement;
import org.onelabel.pipeline.refinement.RegionCells;
import org.onelabel.pipeline.refinement.RegionRefinement;
import org.onelabel.pipeline.refinement.VolumeRefinement;
import org.onelabel.pipeline.training.CollapseDetector;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.CaseSets;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.ImageFiles;
import org.onelabel.volumes.dataset.Naming;
import org.onelabel.volumes.dataset.Warnings;
import org.onelabel.volumes.format.VolumeFormats;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/** What nobody looked at has no vote; and classes above 127 are classes like any other. */
class IgnoredVoxelsTest {
  private static final byte IGNORED = (byte) LabelMap.IGNORED;

  /** Eight cells of one voxel in a row. */
  private static final Extent ROW = new Extent(8, 1, 1);

  private static Kernels kernels;

  @BeforeAll
  static void open() {
    kernels = Kernels.open();
  }

  @AfterAll
  static void close() {
    kernels.close();
  }

  /** Features of length 1 that turn from cell to cell by {@code degrees}. */
  private static FeatureGrid turning(double... degrees) {
    float[] rows = new float[2 * degrees.length];
    for (int n = 0; n < degrees.length; n++) {
      rows[2 * n] = (float) Math.cos(Math.toRadians(degrees[n]));
      rows[2 * n + 1] = (float) Math.sin(Math.toRadians(degrees[n]));
    }
    Extent size = new Extent(degrees.length, 1, 1);
    return new FeatureGrid(rows, 2, size, Box.of(size), 0, new float[] {1});
  }

  private static Propagation propagation(String kind, Propagation.Template template) {
    DenseKnnPropagation.Settings nearest = new DenseKnnPropagation.Settings(1, 0.1, 0, 0, 0, 1);
    return kind.equals("prototype")
        ? new PrototypePropagation(kernels, List.of(template))
        : new DenseKnnPropagation(kernels, nearest, List.of(template));
  }

  /** Cells 2 and 3 look like the volume's; without them cells 4… are the nearest. */
  private static byte propagated(String kind, int looked) {
    FeatureGrid features = turning(0, 5, 40, 45, 80, 85, 90, 95);
    byte[] labels = {0, 0, (byte) looked, (byte) looked, 2, 2, 2, 2};
    Propagation.Template template =
        new Propagation.Template(features, new LabelArray(ROW, labels), 3);
    try (Propagation propagation = propagation(kind, template)) {
      return propagation.propagate(turning(44, 43, 44, 43, 44, 43, 44, 45), ROW).labels()[2];
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prototype", "dense"})
  void ignoredVoxelsOfTheTemplateHaveNoVote(String kind) {
    assertEquals(1, propagated(kind, 1));
    assertEquals(kind.equals("prototype") ? 0 : 2, propagated(kind, LabelMap.IGNORED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"prototype", "dense"})
  void classTwoHundredIsPropagated(String kind) {
    FeatureGrid features = turning(0, 5, 10, 15, 80, 85, 90, 95);
    byte[] labels = {0, 0, 0, 0, (byte) 200, (byte) 200, (byte) 200, (byte) 200};
    Propagation.Template template =
        new Propagation.Template(features, new LabelArray(ROW, labels), 201);
    try (Propagation propagation = propagation(kind, template)) {
      assertArrayEquals(labels, propagation.propagate(features, ROW).labels());
    }
  }

  @Test
  void sharesAreOfTheKnownVoxels() {
    FeatureGrid grid =
        new FeatureGrid(new float[4], 1, new Extent(4, 1, 1), Box.of(new Extent(8, 1, 1)), 0, null);
    VoxelCells cells = VoxelCells.of(grid, new Extent(6, 1, 1));
    byte[] labels = {1, IGNORED, IGNORED, IGNORED, 0, 1};
    assertArrayEquals(new float[] {0, 1, 1, 0, 0.5f, 0.5f, 1, 0}, cells.shares(labels, 2));
    // The last cell is padding: background, as ever.
    assertArrayEquals(new boolean[] {true, false, true, true}, cells.voters(labels));
  }

  private static Refinement.Volume predicted(byte[] labels, boolean template, double entropy) {
    FeatureGrid grid = turning(0, 1, 2, 3, 4, 5, 6, 7);
    float[] confidence = new float[8];
    Arrays.fill(confidence, 0.25f);
    float[] map = new float[8];
    Arrays.fill(map, (float) entropy);
    PseudoLabel label = new PseudoLabel(labels, confidence);
    float[] global = {1};
    return template
        ? new Refinement.Template(PseudoLabel.certain(labels), ROW, () -> grid, global)
        : new Refinement.Predicted(label, label, entropy, map, ROW, () -> grid, global);
  }

  @Test
  void refinementAsksNobodyWhoDoesNotKnow() {
    byte[] known = {1, 1, IGNORED, IGNORED, IGNORED, IGNORED, 2, 2};
    byte[] guessed = {0, 0, 0, 1, 1, 0, 0, 0};
    List<Refinement.Volume> volumes =
        List.of(predicted(known, true, 0), predicted(guessed, false, 0.5));
    PseudoLabel voted = new VolumeRefinement(kernels, 1, 0).refine(volumes, 3).get(1);
    assertArrayEquals(new byte[] {1, 1, 0, 1, 1, 0, 2, 2}, voted.labels());
    assertArrayEquals(new float[] {1, 1, 0.25f, 0.25f, 0.25f, 0.25f, 1, 1}, voted.confidence());
    RegionCells cells = RegionCells.of(volumes.getFirst(), turning(0, 1, 2, 3, 4, 5, 6, 7), 3, 2);
    assertArrayEquals(new int[] {0, 1, 6, 7}, cells.asked(new int[0], 8, 8, 1));
    RegionRefinement regions =
        new RegionRefinement(kernels, new RegionRefinement.Settings(0, 2, 0.1, false, 1, 10));
    for (byte label : regions.refine(volumes, 3).get(1).labels()) {
      assertTrue(label == 1 || label == 2, "the template knows of nothing else, not " + label);
    }
  }

  @Test
  void aStructureIsLookedForWhereItIsKnown() {
    byte[] label = new byte[1000];
    Arrays.fill(label, 0, 100, (byte) 1);
    Arrays.fill(label, 100, 600, IGNORED);
    Scan scan = new Scan(List.of(new float[1000]), new int[] {10, 10, 10}, label, null);
    CollapseDetector detector = new CollapseDetector(List.of(scan), 2);
    byte[] elsewhere = new byte[1000];
    Arrays.fill(elsewhere, 100, 600, (byte) 1);
    assertEquals(List.of(1), detector.collapsed(List.of(elsewhere)));
    Arrays.fill(elsewhere, 0, 50, (byte) 1);
    assertEquals(List.of(), detector.collapsed(List.of(elsewhere)));
  }

  @Test
  void picturesShowIgnoredVoxelsAsNoStructure() {
    int[] shape = {6, 6, 6};
    float[] image = new float[216];
    byte[] labels = new byte[216];
    for (int i = 0; i < 216; i++) {
      image[i] = (float) Math.sin(i);
      labels[i] = (byte) (i % 6 < 2 ? 1 : 0);
    }
    byte[] ignored = labels.clone();
    for (int i = 0; i < 216; i++) {
      ignored[i] = i % 6 > 3 ? IGNORED : ignored[i];
    }
    int[] centre = SlicePicture.centre(ignored, shape);
    assertArrayEquals(SlicePicture.centre(labels, shape), centre);
    double[] spacing = {1, 1, 1};
    assertEquals(
        new SlicePicture(image, shape, spacing, centre).contours(labels, 1).picture("x"),
        new SlicePicture(image, shape, spacing, centre).contours(ignored, 1).picture("x"));
  }

  @Test
  void mergedStructuresLeaveIgnoredVoxelsOut() {
    Geometry geometry = Geometry.of(2, 2, 1, Affine.ofSpacing(1, 1, 1));
    byte[] labels = {0, 3, (byte) 200, IGNORED};
    byte[] merged = WorkingScan.merged(new LabelMap(geometry, labels)).labels();
    assertArrayEquals(new byte[] {0, 1, 1, IGNORED}, merged);
  }

  @Test
  void class254IsWrittenAndRead(@TempDir Path folder) {
    Geometry geometry = Geometry.of(4, 1, 1, Affine.ofSpacing(1, 1, 1));
    byte[] labels = {0, 127, (byte) 128, (byte) 254};
    Path file = folder.resolve("labels.nii.gz");
    VolumeFormats.NIFTI.write(file, new LabelMap(geometry, labels));
    assertArrayEquals(labels, VolumeFormats.NIFTI.readLabels(file).labels());
    assertEquals(254, VolumeFormats.NIFTI.readLabels(file).highest());
    assertEquals(1, Metrics.dice(labels, labels, 254));
  }

  @Test
  void aCohortWhoseStructuresNoLabelCanTellIsRefused(@TempDir Path folder) {
    Path image = folder.resolve("a_0000.nii.gz");
    Geometry geometry = Geometry.of(4, 4, 4, Affine.ofSpacing(1, 1, 1));
    VolumeFormats.NIFTI.write(image, new Volume(geometry, new float[64]));
    Case one = new Case("a", List.of(image), Optional.of(image));
    Dataset dataset =
        new Dataset(
            "many",
            new ImageFiles(Naming.SUFFIXED, OptionalInt.of(1), List.of(), Optional.empty()),
            Collections.nCopies(255, "s"),
            image,
            new CaseSets(one, List.of(one), List.of(), List.of()),
            Warnings.NONE);
    Configuration configuration = Configuration.of("quick", Map.of());
    InputException e =
        assertThrows(
            InputException.class,
            () ->
                Cohort.read(
                    dataset,
                    configuration.cohort(),
                    configuration.registration(),
                    Progress.SILENT));
    assertEquals("many names 255 structures; 251 at most can be told apart", e.getMessage());
  }
}
