package org.onelabel.pipeline.settings;

import java.util.List;

/**
 * Checks of single settings, for the constructors of the records that hold them. What is wrong is
 * an {@link IllegalArgumentException} that begins with the setting's name, as its record has it:
 * what reads a configuration puts the section before it.
 */
public final class Setting {
  private Setting() {}

  /** Refuses a number outside {@code least}…{@code most}, or that is none. */
  public static void within(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s is %s to %s, not %s".formatted(name, text(least), text(most), text(value)));
    }
  }

  /** Refuses a number that is not positive, or infinite. */
  public static void positive(String name, double value) {
    if (!(value > 0 && value <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(name + " must be positive, not " + text(value));
    }
  }

  /** Refuses a number below {@code least}, or that is infinite. */
  public static void atLeast(String name, double value, double least) {
    if (!(value >= least && value <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "%s must be %s at least, not %s".formatted(name, text(least), text(value)));
    }
  }

  /** Refuses other than three positive sides. */
  public static void sides(String name, List<Integer> sides) {
    if (sides.size() != 3 || sides.stream().anyMatch(side -> side < 1)) {
      throw new IllegalArgumentException(name + " needs three positive sides, not " + sides);
    }
  }

  /** Refuses settings that do not go together. */
  public static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /** A number as people write it: 3 rather than 3.0. */
  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
