package org.onelabel.pipeline.picture;

import java.awt.Color;
import java.util.List;

/** The colours of contours. */
public final class Palette {
  /** Of what a person labelled. */
  public static final Color TRUTH = new Color(0x3ddc68);

  private static final List<Color> STRUCTURES =
      List.of(
          new Color(0xff8c1a),
          new Color(0x2fc4ff),
          new Color(0xff4fd8),
          new Color(0xf5e642),
          new Color(0x9d7bff),
          new Color(0xff5a4f));

  private Palette() {}

  /** The colour of structure 1, 2, …; those after the last colour begin again. */
  public static Color of(int structure) {
    return STRUCTURES.get((structure - 1) % STRUCTURES.size());
  }

  /** A colour as pages write it, such as {@code #ff8c1a}. */
  public static String text(Color colour) {
    return "#%06x".formatted(colour.getRGB() & 0xffffff);
  }
}
