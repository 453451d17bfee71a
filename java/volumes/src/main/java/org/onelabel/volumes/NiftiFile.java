package org.onelabel.volumes;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * Reads and writes NIfTI-1 and NIfTI-2 single files, {@code .nii} and {@code .nii.gz}. Every
 * mistake in a file is an {@link InputException} that names it. Thread-safe.
 */
public final class NiftiFile {
  // DEFLATE cannot expand more than this, so a header that promises more is refused unread.
  private static final long MOST_EXPANSION = 1032;

  private NiftiFile() {}

  /**
   * Reads intensities, scaled by scl_slope and scl_inter. Voxels that are not finite are refused.
   */
  public static Volume readVolume(Path file) {
    Content content = read(file);
    NiftiHeader header = content.header;
    float[] voxels = new float[Math.toIntExact(header.voxels())];
    int next = 0;
    for (int z = 0; z < header.sizeZ(); z++) {
      for (int y = 0; y < header.sizeY(); y++) {
        for (int x = 0; x < header.sizeX(); x++) {
          double value = header.type().read(content.data, next++);
          float voxel = (float) (value * header.slope() + header.intercept());
          if (!Float.isFinite(voxel)) {
            throw new InputException(
                file, "voxel [" + x + ", " + y + ", " + z + "] is " + voxel + ", not a number");
          }
          voxels[(x * header.sizeY() + y) * header.sizeZ() + z] = voxel;
        }
      }
    }
    return new Volume(header.geometry(), voxels);
  }

  /** Reads classes 0…254; a value that is none of them is refused. */
  public static LabelMap readLabels(Path file) {
    Content content = read(file);
    NiftiHeader header = content.header;
    byte[] labels = new byte[Math.toIntExact(header.voxels())];
    int next = 0;
    for (int z = 0; z < header.sizeZ(); z++) {
      for (int y = 0; y < header.sizeY(); y++) {
        for (int x = 0; x < header.sizeX(); x++) {
          double value =
              header.type().read(content.data, next++) * header.slope() + header.intercept();
          int label = (int) Math.rint(value);
          if (!(label >= 0 && label < 255 && Math.abs(value - label) < 1e-3)) {
            throw new InputException(
                file,
                "label [%d, %d, %d] is %s, not 0…254%s"
                    .formatted(
                        x, y, z, value, value == 255 ? " (a mask? structures are 1, 2, …)" : ""));
          }
          labels[(x * header.sizeY() + y) * header.sizeZ() + z] = (byte) label;
        }
      }
    }
    return new LabelMap(header.geometry(), labels);
  }

  /** The grid of a file, without reading its voxels. */
  public static Geometry readGeometry(Path file) {
    try (InputStream in = open(file)) {
      return NiftiHeader.parse(file, in.readNBytes(NiftiHeader.SIZE_2)).geometry();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** What {@code inspect} shows of a file: voxel type, scaling, codes. */
  public static String describe(Path file) {
    try (InputStream in = open(file)) {
      NiftiHeader h = NiftiHeader.parse(file, in.readNBytes(NiftiHeader.SIZE_2));
      return "NIfTI-%d, %s, %s, slope %s, intercept %s, qform code %d, sform code %d"
          .formatted(
              h.spatial().version(),
              h.type().name().toLowerCase(java.util.Locale.ROOT),
              h.order() == ByteOrder.LITTLE_ENDIAN ? "little-endian" : "big-endian",
              h.slope(),
              h.intercept(),
              h.spatial().qformCode(),
              h.spatial().sformCode());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Writes labels as uint8; gzip when the name ends in {@code .gz}. Replaces the file atomically.
   */
  public static void write(Path file, LabelMap labels) {
    Geometry g = labels.geometry();
    ByteBuffer data = ByteBuffer.allocate(g.voxels());
    for (int z = 0; z < g.sizeZ(); z++) {
      for (int y = 0; y < g.sizeY(); y++) {
        for (int x = 0; x < g.sizeX(); x++) {
          data.put(labels.labels()[(x * g.sizeY() + y) * g.sizeZ() + z]);
        }
      }
    }
    write(file, g, NiftiType.UINT8, data);
  }

  /** Writes the first channel as float32; gzip when the name ends in {@code .gz}. */
  public static void write(Path file, Volume volume) {
    Geometry g = volume.geometry();
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(4, g.voxels())).order(ByteOrder.LITTLE_ENDIAN);
    for (int z = 0; z < g.sizeZ(); z++) {
      for (int y = 0; y < g.sizeY(); y++) {
        for (int x = 0; x < g.sizeX(); x++) {
          data.putFloat(volume.voxels()[(x * g.sizeY() + y) * g.sizeZ() + z]);
        }
      }
    }
    write(file, g, NiftiType.FLOAT32, data);
  }

  private static void write(Path file, Geometry geometry, NiftiType type, ByteBuffer data) {
    AtomicFile.write(
        file,
        raw -> {
          boolean gzip = file.getFileName().toString().endsWith(".gz");
          OutputStream out =
              gzip ? new GZIPOutputStream(raw, 1 << 16) : new BufferedOutputStream(raw);
          out.write(NiftiHeader.write(geometry, type).array());
          out.write(data.array());
          if (out instanceof GZIPOutputStream zipped) {
            zipped.finish();
          }
          out.flush();
        });
  }

  private record Content(NiftiHeader header, ByteBuffer data) {}

  private static Content read(Path file) {
    try (InputStream in = open(file)) {
      byte[] start = in.readNBytes(NiftiHeader.SIZE_1 + 4);
      int size =
          start.length >= 4 ? ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt() : 0;
      if (size == NiftiHeader.SIZE_2 || Integer.reverseBytes(size) == NiftiHeader.SIZE_2) {
        byte[] whole = java.util.Arrays.copyOf(start, NiftiHeader.SIZE_2 + 4);
        int got = in.readNBytes(whole, start.length, whole.length - start.length);
        start = java.util.Arrays.copyOf(whole, start.length + got);
      }
      NiftiHeader header = NiftiHeader.parse(file, start);
      long bytes = header.voxels() * header.type().bytes;
      long most = Files.size(file) * (in instanceof GZIPInputStream ? MOST_EXPANSION : 1);
      if (bytes > most || bytes > Integer.MAX_VALUE - 16) {
        throw new InputException(
            file, "the header promises " + bytes + " bytes of voxels, the file cannot hold them");
      }
      in.skipNBytes(header.offset() - start.length);
      byte[] data = in.readNBytes((int) bytes);
      if (data.length < bytes) {
        throw new InputException(
            file, "the header promises " + bytes + " bytes of voxels, the file has " + data.length);
      }
      return new Content(header, ByteBuffer.wrap(data).order(header.order()));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    try {
      BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private static InputException unreadable(Path file, IOException cause) {
    String why =
        switch (cause) {
          case NoSuchFileException _ -> "no such file";
          case EOFException _ -> "the file ends too early (truncated)";
          case ZipException e -> "broken gzip data: " + e.getMessage();
          default -> "cannot be read: " + cause.getMessage();
        };
    return new InputException(file, why, cause);
  }
}
