package org.onelabel.networks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.networks.weights.WeightsFile;

/**
 * Inputs and outputs of the published implementation. Small cases are test resources of the modules
 * ({@code golden/}), read in every build. Larger ones lie in the folder that the environment's
 * {@code ONELABEL_GOLDEN} names, else in {@code ../shared/golden} beside the repository; where it
 * is absent their tests are skipped and say so.
 */
public final class GoldenCase {
  private GoldenCase() {}

  /** The case's tensors. */
  public static Safetensors open(String name) {
    return read(path(name + ".case.safetensors"));
  }

  /** The weights the case ran with. */
  public static Safetensors weights(String name) {
    return read(weightsFile(name));
  }

  /** The file of these weights. */
  public static Path weightsFile(String name) {
    return path(name + ".weights.safetensors");
  }

  /** The same in PyTorch's own form. */
  public static Map<String, Tensor> checkpoint(String name) {
    return read(path(name + ".weights.pth")).tensors();
  }

  private static Path path(String name) {
    try (InputStream resource = GoldenCase.class.getResourceAsStream("/golden/" + name)) {
      if (resource == null) {
        return outside(name);
      }
      // It may lie in the jar of another module.
      Path copy = Files.createTempFile("golden-", "-" + name);
      copy.toFile().deleteOnExit();
      Files.copy(resource, copy, StandardCopyOption.REPLACE_EXISTING);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that is too large to be part of the repository; the test is skipped without it. */
  private static Path outside(String name) {
    String named = System.getenv("ONELABEL_GOLDEN");
    Path folder =
        named != null
            ? Path.of(named)
            : Path.of(System.getProperty("onelabel.repository"), "..", "shared", "golden");
    Path file = folder.resolve(name);
    assumeTrue(Files.isRegularFile(file), "no golden case " + name + " (set ONELABEL_GOLDEN)");
    return file;
  }

  private static Safetensors read(Path file) {
    try {
      return WeightsFile.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A setting the case names. */
  public static int setting(Safetensors golden, String name) {
    return Integer.parseInt(golden.metadata().get(name));
  }

  /** A setting such as {@code [32, 32, 32]}. */
  public static int[] sides(Safetensors golden, String name) {
    String[] parts = golden.metadata().get(name).replaceAll("[\\[\\] ]", "").split(",");
    return java.util.Arrays.stream(parts).mapToInt(Integer::parseInt).toArray();
  }

  /** Every value within {@code tolerance} times the largest expected magnitude. */
  public static void assertClose(String what, float[] expected, float[] actual, double tolerance) {
    double worst = largestError(what, expected, actual);
    double largest = largest(expected);
    assertTrue(worst <= tolerance * largest, what + " is off by " + worst + " of " + largest);
  }

  /** The largest error of a value; the lengths must be the same. */
  public static double largestError(String what, float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length, what);
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(expected[i] - actual[i]);
      // A NaN is the worst error of all.
      worst = error >= 0 ? Math.max(worst, error) : Double.POSITIVE_INFINITY;
    }
    return worst;
  }

  /** The largest magnitude. */
  public static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
