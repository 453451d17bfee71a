package org.onelabel.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.onelabel.pipeline.demo.SyntheticCohort;

/**
 * The synthetic cohort with as few cases as tests of whole runs need: what they cost is its size.
 */
public final class SmallCohort {
  /** Of the pool; there are two to validate on and two to test on, 014 and 015. */
  public static final int UNLABELLED = 4;

  private SmallCohort() {}

  /** Writes a template and eight more. */
  public static void write(Path folder, long seed) {
    SyntheticCohort.write(folder, seed);
    try {
      delete(folder, "imagesUn", "labelsUnHidden", UNLABELLED + 1, 9);
      delete(folder, "imagesTs", "labelsTs", 12, 13);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a template, three of the pool, one to validate on and one to test on, 014. */
  public static void writeLeast(Path folder, long seed) {
    write(folder, seed);
    try {
      delete(folder, "imagesUn", "labelsUnHidden", UNLABELLED, UNLABELLED);
      delete(folder, "imagesVal", "labelsVal", 11, 11);
      delete(folder, "imagesTs", "labelsTs", 15, 15);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the cases from {@code first} to {@code last} of a set. */
  public static void delete(Path folder, String images, String labels, int first, int last)
      throws IOException {
    for (int i = first; i <= last; i++) {
      Files.delete(folder.resolve(images).resolve("synthetic_%03d_0000.nii.gz".formatted(i)));
      Files.delete(folder.resolve(labels).resolve("synthetic_%03d.nii.gz".formatted(i)));
    }
  }
}
