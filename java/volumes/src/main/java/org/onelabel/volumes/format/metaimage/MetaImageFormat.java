package org.onelabel.volumes.format.metaimage;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.format.stored.HeaderText;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.StoredNumbers;
import org.onelabel.volumes.format.stored.TextHeaderFormat;
import org.onelabel.volumes.format.stored.VoxelOrder;

/**
 * Reads MetaImage files, {@code .mha} and headers {@code .mhd} with the voxels in another file;
 * writes labels as {@code .mha}. Thread-safe.
 */
public final class MetaImageFormat extends TextHeaderFormat<MetaImageHeader> {

  @Override
  public List<String> endings() {
    return List.of(".mha", ".mhd");
  }

  @Override
  public List<String> writtenEndings() {
    return List.of(".mha");
  }

  @Override
  public String labelEnding() {
    return ".mha";
  }

  @Override
  protected MetaImageHeader readHeader(Path file, HeaderText text) throws IOException {
    return MetaImageHeader.read(file, text);
  }

  @Override
  protected IntToDoubleFunction readNumbers(
      MetaImageHeader header, Path file, BufferedInputStream in) throws IOException {
    long size = Files.size(file);
    StoredNumbers numbers = header.numbers();
    long skip = header.data().skip();
    return switch (header.data().encoding()) {
      case BINARY -> {
        numbers.requireRoom(file, size, 1);
        if (skip < 0) {
          try (BufferedInputStream whole = StoredFile.openStored(file)) {
            whole.skipNBytes(size - numbers.bytes());
            yield numbers.binary(file, whole);
          }
        }
        in.skipNBytes(skip);
        yield numbers.binary(file, in);
      }
      case COMPRESSED -> {
        numbers.requireRoom(file, size, StoredFile.MOST_EXPANSION);
        in.skipNBytes(skip);
        yield numbers.packed(file, unpacked(in));
      }
      case TEXT -> {
        // A number has a character at least, so that a byte of text is at most eight of binary.
        numbers.requireRoom(file, size, numbers.type().bytes());
        in.skipNBytes(skip);
        yield numbers.text(file, in);
      }
    };
  }

  /** MetaIO writes zlib and reads gzip as well. */
  private static InputStream unpacked(BufferedInputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : new InflaterInputStream(in);
  }

  @Override
  public Optional<String> describe(Path file) {
    MetaImageHeader header = readHeader(file);
    return Optional.of(
        "MetaImage, %s, %s, %s"
            .formatted(
                header.numbers().type().name().toLowerCase(Locale.ROOT),
                header.data().encoding().name().toLowerCase(Locale.ROOT),
                header.numbers().order() == ByteOrder.LITTLE_ENDIAN
                    ? "little-endian"
                    : "big-endian"));
  }

  @Override
  public void write(Path file, LabelMap labels) {
    AtomicFile.write(
        file,
        out -> {
          ByteArrayOutputStream packed = new ByteArrayOutputStream();
          try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            deflater.write(VoxelOrder.stored(labels));
          }
          String header = MetaImageHeader.ofLabels(labels.geometry(), packed.size());
          out.write(header.getBytes(StandardCharsets.US_ASCII));
          packed.writeTo(out);
        });
  }
}
