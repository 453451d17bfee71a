package org.onelabel.pipeline.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Pictures of some volumes of a run.
 *
 * @param key what the colours of the contours mean
 */
record RunPictures(List<KeyEntry> key, List<VolumePictures> volumes) {

  /** A colour, such as {@code #ff8c1a}, and what has it. */
  record KeyEntry(String colour, String name) {
    private static KeyEntry of(java.awt.Color colour, String name) {
      return new KeyEntry("#%06x".formatted(colour.getRGB() & 0xffffff), name);
    }
  }

  /** The pictures of one volume. */
  record VolumePictures(String title, List<Picture> pictures) {}

  /** The key of these structures and the truth. */
  static List<KeyEntry> key(List<String> structures) {
    List<KeyEntry> key = new ArrayList<>();
    for (int c = 0; c < structures.size(); c++) {
      key.add(
          KeyEntry.of(
              SlicePicture.COLOURS.get(c % SlicePicture.COLOURS.size()), structures.get(c)));
    }
    key.add(KeyEntry.of(SlicePicture.TRUTH, "truth"));
    return key;
  }
}
