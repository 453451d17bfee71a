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
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.format.stored.HeaderText;
import org.onelabel.volumes.format.stored.LabelFormat;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.StoredNumbers;
import org.onelabel.volumes.format.stored.VoxelOrder;

/**
 * Reads MetaImage files, {@code .mha} and headers {@code .mhd} with the voxels in another file;
 * writes labels as {@code .mha}. One value a voxel. Thread-safe.
 */
public final class MetaImageFormat implements LabelFormat {

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
  public Volume readVolume(Path file) {
    return read(
        file,
        (header, voxels) ->
            new Volume(header.geometry(), VoxelOrder.intensities(header.extent(), voxels))
                .requireFinite(file));
  }

  @Override
  public LabelMap readLabels(Path file) {
    return read(
        file,
        (header, voxels) ->
            new LabelMap(header.geometry(), VoxelOrder.labels(file, header.extent(), voxels)));
  }

  @Override
  public Geometry readGeometry(Path file) {
    return readHeader(file).geometry();
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
  public List<Path> files(Path file) {
    return readHeader(file)
        .data()
        .file()
        .map(name -> List.of(file, StoredFile.beside(file, name)))
        .orElse(List.of(file));
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

  private static MetaImageHeader readHeader(Path file) {
    try (InputStream in = StoredFile.openStored(file)) {
      return MetaImageHeader.read(file, new HeaderText(file, in));
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }

  /** Makes something of the voxels in the order of the file. */
  private interface Conversion<T> {
    T convert(MetaImageHeader header, IntToDoubleFunction voxels);
  }

  private static <T> T read(Path file, Conversion<T> conversion) {
    try (BufferedInputStream in = StoredFile.openStored(file)) {
      MetaImageHeader header = MetaImageHeader.read(file, new HeaderText(file, in));
      Optional<String> detached = header.data().file();
      return conversion.convert(
          header,
          detached.isPresent()
              ? detached(StoredFile.beside(file, detached.get()), header)
              : voxels(file, in, header));
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }

  private static IntToDoubleFunction detached(Path data, MetaImageHeader header) {
    try (BufferedInputStream in = StoredFile.openStored(data)) {
      return voxels(data, in, header);
    } catch (IOException e) {
      throw StoredFile.unreadable(data, e);
    }
  }

  private static IntToDoubleFunction voxels(
      Path file, BufferedInputStream in, MetaImageHeader header) throws IOException {
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
}
