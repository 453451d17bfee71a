package org.onelabel.volumes;

/** Numbers of things as sentences have them. */
public final class Plural {
  private Plural() {}

  /** {@code 1 voxel}, {@code 2 voxels}. */
  public static String of(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
