package org.onelabel.volumes.format.dicom;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.onelabel.volumes.InputException;

/** The transfer syntaxes that are read (DICOM PS3.5, section 10). */
enum TransferSyntax {
  IMPLICIT_LITTLE("1.2.840.10008.1.2", Pixels.NATIVE),
  EXPLICIT_LITTLE("1.2.840.10008.1.2.1", Pixels.NATIVE),
  DEFLATED("1.2.840.10008.1.2.1.99", Pixels.NATIVE),
  EXPLICIT_BIG("1.2.840.10008.1.2.2", Pixels.NATIVE),
  LOSSLESS_JPEG("1.2.840.10008.1.2.4.57", Pixels.LOSSLESS_JPEG),
  LOSSLESS_JPEG_FIRST_ORDER("1.2.840.10008.1.2.4.70", Pixels.LOSSLESS_JPEG),
  RUN_LENGTH("1.2.840.10008.1.2.5", Pixels.RUN_LENGTH);

  /** How pixels are packed. */
  enum Pixels {
    NATIVE,
    RUN_LENGTH,
    LOSSLESS_JPEG
  }

  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("1.2.840.10008.1.2.4.50", "JPEG baseline"),
          Map.entry("1.2.840.10008.1.2.4.51", "JPEG extended"),
          Map.entry("1.2.840.10008.1.2.4.80", "JPEG-LS lossless"),
          Map.entry("1.2.840.10008.1.2.4.81", "JPEG-LS near-lossless"),
          Map.entry("1.2.840.10008.1.2.4.90", "JPEG 2000 lossless"),
          Map.entry("1.2.840.10008.1.2.4.91", "JPEG 2000"),
          Map.entry("1.2.840.10008.1.2.4.201", "high-throughput JPEG 2000 lossless"),
          Map.entry("1.2.840.10008.1.2.4.202", "high-throughput JPEG 2000 lossless"),
          Map.entry("1.2.840.10008.1.2.4.203", "high-throughput JPEG 2000"));

  private final String uid;
  private final Pixels pixels;

  TransferSyntax(String uid, Pixels pixels) {
    this.uid = uid;
    this.pixels = pixels;
  }

  /** The syntax with this UID; others are refused by their names. */
  static TransferSyntax of(Path file, String uid) {
    return Arrays.stream(values())
        .filter(syntax -> syntax.uid.equals(uid))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    file,
                    "its pixels are packed as %s, which is not read; gdcmconv --raw unpacks them"
                        .formatted(
                            OTHERS.containsKey(uid)
                                ? OTHERS.get(uid) + " (" + uid + ")"
                                : "transfer syntax " + uid)));
  }

  Pixels pixels() {
    return pixels;
  }
}
