package org.onelabel.volumes.format.dicom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A DICOM file of one slice of 2×2 pixels, explicit little-endian, any element of which differs.
 */
final class SliceBytes {
  private final Map<Integer, byte[]> values = new LinkedHashMap<>();

  SliceBytes() {
    with(0x00020010, "1.2.840.10008.1.2.1");
    with(DicomTags.MODALITY, "CT");
    with(DicomTags.SERIES, "1.2.3");
    with(DicomTags.POSITION, "0\\0\\0");
    with(DicomTags.ORIENTATION, "1\\0\\0\\0\\1\\0");
    with(DicomTags.SAMPLES, 1);
    with(DicomTags.PHOTOMETRIC, "MONOCHROME2");
    with(DicomTags.ROWS, 2);
    with(DicomTags.COLUMNS, 2);
    with(DicomTags.PIXEL_SPACING, "1\\1");
    with(DicomTags.BITS_ALLOCATED, 8);
    with(DicomTags.BITS_STORED, 8);
    with(DicomTags.HIGH_BIT, 7);
    with(DicomTags.PIXEL_REPRESENTATION, 0);
    values.put(0x7fe00010, new byte[] {1, 2, 3, 4});
  }

  SliceBytes with(int tag, String text) {
    byte[] bytes = (text + (text.length() % 2 == 0 ? "" : " ")).getBytes(StandardCharsets.US_ASCII);
    values.put(tag, bytes);
    return this;
  }

  SliceBytes with(int tag, int number) {
    values.put(tag, new byte[] {(byte) number, (byte) (number >> 8)});
    return this;
  }

  SliceBytes without(int tag) {
    values.remove(tag);
    return this;
  }

  SliceBytes at(double x, double y, double z) {
    return with(DicomTags.POSITION, x + "\\" + y + "\\" + z);
  }

  byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(new byte[128]);
    all.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
    values.entrySet().stream()
        .sorted((a, b) -> Integer.compareUnsigned(a.getKey(), b.getKey()))
        .forEach(
            element -> {
              ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
              head.putShort((short) (element.getKey() >>> 16))
                  .putShort(element.getKey().shortValue());
              head.put("UN".getBytes(StandardCharsets.US_ASCII)).putShort((short) 0);
              head.putInt(element.getValue().length);
              all.writeBytes(head.array());
              all.writeBytes(element.getValue());
            });
    return all.toByteArray();
  }
}
