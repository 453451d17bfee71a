package org.onelabel.pipeline.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * A picture inside a page.
 *
 * @param name what it shows
 * @param width pixels, as {@code height}
 * @param source a data URL of a PNG or a JPEG
 */
public record Picture(String name, int width, int height, String source) {
  /** Scans look as they are, and take a quarter to two fifths of a PNG. */
  private static final float QUALITY = 0.75f;

  /** A picture without loss. */
  static Picture png(String name, BufferedImage image) {
    return of(name, image, "png", pngBytes(image));
  }

  /** The bytes of a PNG. */
  static byte[] pngBytes(BufferedImage image) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }

  /** A picture that takes little. */
  static Picture jpeg(String name, BufferedImage image) {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream output = ImageIO.createImageOutputStream(jpeg)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(QUALITY);
      writer.setOutput(output);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return of(name, image, "jpeg", jpeg.toByteArray());
  }

  private static Picture of(String name, BufferedImage image, String format, byte[] bytes) {
    String data = Base64.getEncoder().encodeToString(bytes);
    return new Picture(
        name,
        image.getWidth(),
        image.getHeight(),
        "data:image/%s;base64,%s".formatted(format, data));
  }
}
