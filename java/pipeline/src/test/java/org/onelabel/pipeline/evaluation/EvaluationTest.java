package org.onelabel.pipeline.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.HeardLines;
import org.onelabel.pipeline.metrics.EvaluatedCase;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.format.VolumeFormats;

/** Folders of label files in rows of eight voxels, 2 mm apart. */
class EvaluationTest {
  private static final Geometry ROW = Geometry.of(8, 1, 1, Affine.ofSpacing(2, 3, 4));
  private static final double DIAGONAL = Math.sqrt(16 * 16 + 3 * 3 + 4 * 4);

  @TempDir private Path folder;

  private void labels(String name, int... classes) {
    byte[] labels = new byte[8];
    for (int i = 0; i < classes.length; i++) {
      labels[i] = (byte) classes[i];
    }
    VolumeFormats.NIFTI.write(folder.resolve(name + ".nii.gz"), new LabelMap(ROW, labels));
  }

  private EvaluationRequest request() {
    return EvaluationRequest.of(folder.resolve("pred"), folder.resolve("truth"));
  }

  private List<String> table(Hd95 hd95) {
    return Evaluation.of(request().withHd95(hd95), Progress.SILENT).lines();
  }

  private static List<String> warnings(EvaluationRequest request) {
    List<String> heard = new ArrayList<>();
    Evaluation.of(request, new HeardLines(heard));
    return heard;
  }

  private JsonNode json() throws IOException {
    return json(request());
  }

  private JsonNode json(EvaluationRequest request) throws IOException {
    Path file = folder.resolve("e.json");
    Evaluation.of(request.withJson(file), Progress.SILENT);
    return new ObjectMapper().readTree(file.toFile());
  }

  @Test
  void aStructureThatACaseHasNotIsNoValueThere() throws IOException {
    labels("truth/x", 0, 1, 1, 0, 4, 4);
    labels("pred/x", 0, 1, 1, 0, 0, 0);
    labels("truth/y", 0, 1, 1, 1);
    labels("pred/y", 0, 1, 0, 0);
    labels("truth/z", 0, 0, 0, 0);
    labels("pred/z", 0, 0, 0, 0);
    JsonNode json = json();
    assertEquals(List.of("1", "4"), names(json.get("structures")), "2 and 3 are nowhere");
    assertEquals(2, json.at("/structures/1/cases").intValue());
    assertEquals(0.75, json.at("/structures/1/dice").doubleValue(), 1e-12);
    assertEquals(0, json.at("/structures/1/missed").intValue());
    assertEquals(1, json.at("/structures/4/cases").intValue());
    assertEquals(0, json.at("/structures/4/dice").doubleValue());
    assertEquals(DIAGONAL, json.at("/structures/4/hd95").doubleValue(), 1e-5);
    assertEquals(1, json.at("/structures/4/missed").intValue());
    // x: (1 + 0) / 2, y: 0.5, z: nothing.
    assertEquals(2, json.at("/all/cases").intValue());
    assertEquals(0.5, json.at("/all/dice").doubleValue(), 1e-12);
    assertTrue(json.at("/cases/1/structures/4/dice").isNull(), json.toPrettyString());
    assertTrue(json.at("/cases/2/structures/1/hd95").isNull(), json.toPrettyString());
    assertEquals("pooled", json.get("hd95").textValue());

    Evaluation evaluation = Evaluation.of(request(), Progress.SILENT);
    assertEquals(0.5, evaluation.mean().dice(), 1e-12);
    assertEquals(List.of(1, 4), List.copyOf(evaluation.structures().keySet()));
    assertEquals(0.75, evaluation.structures().get(1).dice(), 1e-12);
    assertEquals(
        List.of("x", "y", "z"), evaluation.cases().stream().map(EvaluatedCase::id).toList());

    String table = String.join("\n", evaluation.lines());
    assertLine(table, "x +4 +0\\.0000 +0\\.0000 +16\\.763 +16\\.763 +16\\.763 +missed");
    assertLine(table, "y +4 +– +– +– +– +–");
    assertLine(table, "mean of 2 cases +1 +0\\.7500 .*");
    assertLine(table, "mean of 1 case +4 +0\\.0000 .* SD of Dice –, missed in 1");
    assertLine(table, "mean of 2 cases +all +0\\.5000 .* SD of Dice 0\\.0000");
  }

  private static void assertLine(String table, String pattern) {
    assertTrue(table.lines().anyMatch(line -> line.matches(pattern)), table);
  }

  private static List<String> names(JsonNode node) {
    return node.properties().stream().map(java.util.Map.Entry::getKey).toList();
  }

  @Test
  void whatIsInPredictionsOnlyIsListed() throws IOException {
    labels("truth/x", 0, 1, 1);
    labels("pred/x", 0, 1, 1, 200);
    JsonNode json = json();
    assertEquals("[200]", json.get("inPredictionsOnly").toString());
    assertEquals(0.5, json.at("/all/dice").doubleValue(), 1e-12);
    assertEquals(1, json.at("/structures/200/invented").intValue());
    String table = String.join("\n", table(Hd95.POOLED));
    assertLine(table, "x +200 +0\\.0000 .* invented");
    assertLine(table, "in predictions only: 200");
  }

  @Test
  void aFileThatIsItsOwnTruthIsNoted() {
    labels("truth/x", 0, 1, 1, 0);
    Path same = folder.resolve("truth/../truth");
    assertEquals(
        List.of(same.resolve("x.nii.gz") + " is compared with itself"),
        warnings(EvaluationRequest.of(same, folder.resolve("truth"))));
    labels("pred/x", 0, 1, 1, 0);
    assertEquals(List.of(), warnings(request()));
  }

  @Test
  void theTableSaysWhichHausdorffDistanceItHas() {
    // One of two surface voxels of the prediction is 10 mm off; none of the truth's.
    labels("truth/x", 1);
    labels("pred/x", 1, 0, 0, 0, 0, 1);
    String pooled = String.join("\n", table(Hd95.POOLED));
    assertLine(pooled, "x +1 +0\\.6667 +0\\.5000 +9\\.000 .*");
    assertLine(pooled, "HD95: the 95th percentile of the pooled distances .*");
    String max = String.join("\n", table(Hd95.MAX));
    assertLine(max, "x +1 +0\\.6667 +0\\.5000 +9\\.500 .*");
    assertLine(max, "HD95: the larger of the two directions' 95th percentiles.*");
  }

  @Test
  void voxelsThatNobodyLookedAtAreLeftOut() throws IOException {
    labels("truth/x", 0, 1, 1, 9, 9);
    labels("pred/x", 0, 1, 1, 1, 7);
    JsonNode json = json(request().withIgnored(9));
    assertEquals(List.of("1"), names(json.get("structures")));
    assertEquals(1, json.at("/all/dice").doubleValue());
    assertEquals(0, json.at("/all/hd95").doubleValue());
    assertEquals(List.of("1", "7", "9"), names(json().get("structures")));
    for (int none : new int[] {-1, 0, 255}) {
      assertThrows(InputException.class, () -> request().withIgnored(none), "" + none);
    }
  }

  @Test
  void masksOfZeroAndTwoHundredAndFiftyFiveAreRefused() {
    labels("truth/x", 0, 255, 255);
    labels("pred/x", 0, 1, 1);
    assertRefused("truth/x.nii.gz: label [1, 0, 0] is 255");
    labels("truth/x", 0, 1, 1);
    labels("pred/x", 0, 255, 255);
    assertRefused("pred/x.nii.gz: label [1, 0, 0] is 255");
  }

  private void assertRefused(String cause) {
    InputException e = assertThrows(InputException.class, () -> table(Hd95.POOLED));
    assertTrue(e.getMessage().contains(cause), e.getMessage());
  }

  @Test
  void foldersWithoutAnyStructureHaveNothingToMeasure() throws IOException {
    labels("truth/x", 0);
    labels("pred/x", 0);
    assertTrue(json().at("/all/dice").isNull());
    assertEquals(0, json().at("/all/cases").intValue());
    String table = String.join("\n", table(Hd95.POOLED));
    assertFalse(table.contains("1.0000"), table);
    assertTrue(table.contains("there is nothing to measure"), table);
  }
}
