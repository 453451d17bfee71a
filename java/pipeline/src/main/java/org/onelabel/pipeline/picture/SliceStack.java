package org.onelabel.pipeline.picture;

import java.util.List;

/**
 * Slices of a volume to move through.
 *
 * @param plane of the slices: axial, coronal or sagittal
 * @param sheet the grey slices, one below the other, the first one uppermost
 * @param pixelWidth how wide a pixel of a slice is shown, in pixels of the page
 * @param pixelHeight how high
 * @param slices the contours on each
 * @param shown index of the slice that is seen first
 */
public record SliceStack(
    String plane,
    Picture sheet,
    double pixelWidth,
    double pixelHeight,
    List<List<Contour>> slices,
    int shown) {

  /**
   * The border of a structure.
   *
   * @param colour such as {@code #ff8c1a}
   * @param path of an SVG, in pixels of the slice
   */
  public record Contour(String colour, String path) {}

  /** Pixels of a slice from its top to its bottom. */
  public int height() {
    return sheet.height() / slices.size();
  }

  /** How wide a slice is shown, in pixels of the page. */
  public long shownWidth() {
    return Math.round(sheet.width() * pixelWidth);
  }

  /** How high. */
  public long shownHeight() {
    return Math.round(height() * pixelHeight);
  }

  /** Where the sheet lies so that a slice is seen, in pixels of the slice. */
  public int top(int slice) {
    return -slice * height();
  }
}
