package org.onelabel.pipeline.picture;

import org.onelabel.volumes.grid.LabelArray;

/**
 * The classes of one slice.
 *
 * @param labels {@code width · height} of them, row by row from the upper left corner
 */
record LabelSlice(int width, int height, byte[] labels) {
  private static final int RIGHT = 0;

  /** One pixel right, down, left, up. */
  private static final int[] X = {1, 0, -1, 0};

  private static final int[] Y = {0, 1, 0, -1};

  LabelSlice {
    if (labels.length != width * height) {
      throw new IllegalArgumentException(
          "%d labels for %d × %d pixels".formatted(labels.length, width, height));
    }
  }

  /**
   * The borders of a class as the path of an SVG, in pixels; empty where the slice has none of it.
   * Each border is walked along with the class at its right hand, and pixels that touch in a corner
   * alone are apart.
   */
  String outline(int structure) {
    StringBuilder path = new StringBuilder();
    boolean[] walked = new boolean[labels.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        // Every border, that of a hole too, somewhere runs right above a pixel.
        if (has(x, y, structure) && !has(x, y - 1, structure) && !walked[y * width + x]) {
          walk(x, y, structure, walked, path);
        }
      }
    }
    return path.toString();
  }

  private void walk(int startX, int startY, int structure, boolean[] walked, StringBuilder path) {
    path.append('M').append(startX).append(' ').append(startY);
    int x = startX;
    int y = startY;
    int direction = RIGHT;
    int straight = 0;
    do {
      if (direction == RIGHT) {
        walked[y * width + x] = true;
      }
      x += X[direction];
      y += Y[direction];
      straight++;
      int turned = turned(x, y, direction, structure);
      if (turned != direction) {
        if (x != startX || y != startY || turned != RIGHT) {
          int length = straight * (X[direction] + Y[direction]);
          path.append(X[direction] != 0 ? 'h' : 'v').append(length);
        }
        direction = turned;
        straight = 0;
      }
    } while (x != startX || y != startY || direction != RIGHT);
    path.append('z');
  }

  /** Where a border goes on from a corner that it came to. */
  private int turned(int x, int y, int direction, int structure) {
    int right = (direction + 1) % 4;
    int left = (direction + 3) % 4;
    if (!ahead(x, y, direction, right, structure)) {
      return right;
    }
    return ahead(x, y, direction, left, structure) ? left : direction;
  }

  /** Whether the pixel before a corner, at one side of the way, is of the class. */
  private boolean ahead(int x, int y, int direction, int side, int structure) {
    int stepX = X[direction] + X[side];
    int stepY = Y[direction] + Y[side];
    return has(x + (stepX - 1) / 2, y + (stepY - 1) / 2, structure);
  }

  private boolean has(int x, int y, int structure) {
    return x >= 0
        && y >= 0
        && x < width
        && y < height
        && LabelArray.classOf(labels[y * width + x]) == structure;
  }
}
