package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.onelabel.cli.review.ReviewServer;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.format.VolumeFormats;

/** The page of {@code review} in a browser. Left out where there is no Chromium, or no NiiVue. */
@ResourceLock(Resources.SYSTEM_OUT)
class ReviewPageTest {
  /** A point in the plane at the upper left. */
  private static final int X = 420;

  private static final int Y = 150;

  @TempDir private static Path folder;
  private static ReviewedRun reviewed;
  private static ReviewServer server;

  @BeforeAll
  static void serve() throws IOException {
    assumeTrue(Browser.program().isPresent(), "no chromium: the page is not tested");
    assumeTrue(
        ReviewServer.class.getResource("niivue.js") != null,
        "built without npm: the page is not tested");
    reviewed = ReviewedRun.train(folder);
    server = reviewed.serve();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void whatIsPaintedIsSavedWhereItWasPainted() throws IOException, InterruptedException {
    try (Browser browser = Browser.start(folder.resolve("browser"))) {
      browser.open(server.address());
      for (String id : new String[] {ReviewedRun.NIFTI, ReviewedRun.NRRD}) {
        browser.await("document.body?.dataset.shown");
        if (!browser.evaluate("document.body.dataset.shown").asText().equals(id)) {
          browser.press("n");
          browser.await("document.body.dataset.shown === '%s'".formatted(id));
        }
        browser.press("l");
        browser.click(X, Y);
        int voxel =
            voxel(browser.evaluate("document.getElementById('place').textContent").asText());
        byte[] labels = predicted(id);
        labels[voxel] = (byte) (labels[voxel] == 1 ? 2 : 1);
        browser.press("[");
        browser.press(Byte.toString(labels[voxel]));
        browser.click(X, Y);
        browser.await("!document.getElementById('save').disabled");
        browser.press("s");
        browser.await(
            "document.querySelector('[data-id=%s]').textContent.endsWith('saved')".formatted(id));
        assertArrayEquals(
            labels, VolumeFormats.NIFTI.readLabels(reviewed.corrected(id)).labels(), id);
      }
    }
  }

  private static byte[] predicted(String id) {
    return VolumeFormats.NIFTI
        .readLabels(reviewed.run().resolve("predictions/%s.nii.gz".formatted(id)))
        .labels();
  }

  /** The voxel at a place, which the page names in millimetres. */
  private static int voxel(String place) {
    double[] mm =
        Stream.of(place.replaceFirst(" mm.*", "").split(" "))
            .mapToDouble(Double::parseDouble)
            .toArray();
    assertEquals(3, mm.length, place);
    Affine affine = ReviewedRun.GRID.affine();
    int nearest = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < ReviewedRun.GRID.voxels(); i++) {
      double square = 0;
      for (int row = 0; row < 3; row++) {
        double apart = affine.at(row, 3) - mm[row];
        for (int axis = 0; axis < 3; axis++) {
          apart += affine.at(row, axis) * ReviewedRun.GRID.extent().place(i, axis);
        }
        square += apart * apart;
      }
      if (square < least) {
        least = square;
        nearest = i;
      }
    }
    assertTrue(least < 2, () -> "no voxel is at " + place);
    return nearest;
  }
}
