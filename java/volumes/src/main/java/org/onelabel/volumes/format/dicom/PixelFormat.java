package org.onelabel.volumes.format.dicom;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.onelabel.volumes.InputException;

/**
 * How the pixels of a frame are stored (PS3.3, C.7.6.3). MONOCHROME1 says how values are shown, not
 * what they mean: RescaleSlope and RescaleIntercept give the same units as with MONOCHROME2. Like
 * GDCM and dcm2niix, nothing is inverted; ITK inverts the stored values.
 *
 * @param allocated bits of a pixel: 8, 16 or 32
 * @param stored bits of them that count, of which {@code high} is the highest
 * @param shownInverted MONOCHROME1: viewers show low values bright
 */
record PixelFormat(
    int rows,
    int columns,
    int allocated,
    int stored,
    int high,
    boolean signed,
    boolean shownInverted) {

  static PixelFormat of(Path file, DicomElements elements) {
    String colours = elements.text(DicomTags.PHOTOMETRIC).orElse("");
    int samples = elements.unsigned(DicomTags.SAMPLES).orElse(1);
    if (samples != 1 || !colours.startsWith("MONOCHROME")) {
      throw new InputException(
          file, "its pixels are colours (%s); one value a voxel is read".formatted(colours));
    }
    int allocated = elements.requireUnsigned(DicomTags.BITS_ALLOCATED, "BitsAllocated");
    int stored = elements.unsigned(DicomTags.BITS_STORED).orElse(allocated);
    PixelFormat format =
        new PixelFormat(
            elements.requireUnsigned(DicomTags.ROWS, "Rows"),
            elements.requireUnsigned(DicomTags.COLUMNS, "Columns"),
            allocated,
            stored,
            elements.unsigned(DicomTags.HIGH_BIT).orElse(stored - 1),
            elements.unsigned(DicomTags.PIXEL_REPRESENTATION).orElse(0) == 1,
            colours.equals("MONOCHROME1"));
    boolean bytes = allocated == 8 || allocated == 16 || allocated == 32;
    if (!bytes || stored < 1 || format.high >= allocated || format.high + 1 < stored) {
      throw new InputException(
          file,
          "has pixels of %d bits, %d of them stored up to bit %d"
              .formatted(allocated, stored, format.high));
    }
    if (format.rows < 1 || format.columns < 1) {
      throw new InputException(
          file, "has slices of %d×%d pixels".formatted(format.columns, format.rows));
    }
    return format;
  }

  int pixels() {
    return Math.multiplyExact(rows, columns);
  }

  int bytes() {
    return Math.multiplyExact(pixels(), allocated / 8);
  }

  /** The stored value of a pixel in the bytes of a frame. */
  double read(ByteBuffer frame, int index) {
    long cell =
        switch (allocated) {
          case 8 -> frame.get(index) & 0xffL;
          case 16 -> frame.getShort(2 * index) & 0xffffL;
          default -> frame.getInt(4 * index) & 0xffffffffL;
        };
    long value = (cell >>> (high + 1 - stored)) & ((1L << stored) - 1);
    return signed && (value >>> (stored - 1)) != 0 ? value - (1L << stored) : value;
  }
}
