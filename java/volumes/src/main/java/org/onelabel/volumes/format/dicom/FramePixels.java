package org.onelabel.volumes.format.dicom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.onelabel.volumes.InputException;

/** The pixels of one frame, unpacked. */
final class FramePixels {
  private FramePixels() {}

  /** The bytes of a frame in the order that {@link PixelFormat#read} takes. */
  static ByteBuffer of(Path file, DicomParser.Content content, PixelFormat format, int frame) {
    List<ByteBuffer> pixels = content.pixels();
    return switch (content.syntax().pixels()) {
      case NATIVE -> stored(file, pixels, format, frame);
      case RUN_LENGTH ->
          RunLength.unpack(
              file, fragment(file, pixels, frame), format.pixels(), format.allocated());
      case LOSSLESS_JPEG -> LosslessJpeg.unpack(file, packed(file, content, frame), format);
    };
  }

  /** A single frame may lie in several fragments; of several frames, each lies in one. */
  private static byte[] packed(Path file, DicomParser.Content content, int frame) {
    boolean several = content.elements().items(DicomTags.FRAME_GROUPS).size() > 1;
    List<ByteBuffer> parts =
        several ? List.of(fragment(file, content.pixels(), frame)) : content.pixels();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer part : parts) {
      byte[] bytes = new byte[part.remaining()];
      part.duplicate().get(bytes);
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  private static ByteBuffer stored(
      Path file, List<ByteBuffer> pixels, PixelFormat format, int frame) {
    ByteBuffer all = pixels.getFirst();
    long end = (frame + 1L) * format.bytes();
    if (pixels.size() != 1 || end > all.remaining()) {
      throw new InputException(
          file,
          "the header promises %d bytes of pixels, the file has %d"
              .formatted(end, all.remaining()));
    }
    return all.slice(frame * format.bytes(), format.bytes()).order(all.order());
  }

  private static ByteBuffer fragment(Path file, List<ByteBuffer> pixels, int frame) {
    if (frame >= pixels.size()) {
      throw new InputException(
          file, "has %d packed frames, not %d".formatted(pixels.size(), frame + 1));
    }
    return pixels.get(frame);
  }
}
