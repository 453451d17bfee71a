package org.onelabel.volumes.format;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.grid.Extent;

/**
 * Reads and writes NIfTI-1 and NIfTI-2 single files, {@code .nii} and {@code .nii.gz}. Every
 * mistake in a file is an {@link InputException} that names it. Thread-safe.
 */
public final class NiftiFormat implements VolumeFormat {
  // DEFLATE cannot expand more than this, so a header that promises more is refused unread.
  private static final long MOST_EXPANSION = 1032;
  // Of one frame: what an array holds.
  private static final long MOST_BYTES = Integer.MAX_VALUE - 16;

  /** There is one, {@link VolumeFormats#NIFTI}. */
  NiftiFormat() {}

  @Override
  public List<String> endings() {
    return List.of(".nii", ".nii.gz");
  }

  /**
   * Intensities are scaled by scl_slope and scl_inter; the frames of a 4-D file, or of a 5-D one
   * with a single time, are the channels.
   */
  @Override
  public Volume readVolume(Path file) {
    List<float[]> channels = new ArrayList<>();
    NiftiHeader header = read(file, (h, data) -> channels.add(intensities(h, data)));
    return new Volume(header.geometry(), channels).requireFinite(file);
  }

  private static float[] intensities(NiftiHeader header, ByteBuffer data) {
    float[] voxels = new float[header.voxels()];
    Extent extent = header.extent();
    int next = 0;
    for (int z = 0; z < extent.sizeZ(); z++) {
      for (int y = 0; y < extent.sizeY(); y++) {
        for (int x = 0; x < extent.sizeX(); x++) {
          voxels[extent.index(x, y, z)] = (float) header.value(data, next++);
        }
      }
    }
    return voxels;
  }

  @Override
  public LabelMap readLabels(Path file) {
    List<byte[]> frames = new ArrayList<>();
    NiftiHeader header = read(file, (h, data) -> frames.add(labels(file, h, data)));
    return new LabelMap(header.geometry(), frames.getFirst());
  }

  private static byte[] labels(Path file, NiftiHeader header, ByteBuffer data) {
    if (header.frames() > 1) {
      throw new InputException(file, "has " + header.frames() + " frames; a label has one");
    }
    byte[] labels = new byte[header.voxels()];
    Extent extent = header.extent();
    int next = 0;
    for (int z = 0; z < extent.sizeZ(); z++) {
      for (int y = 0; y < extent.sizeY(); y++) {
        for (int x = 0; x < extent.sizeX(); x++) {
          double value = header.value(data, next++);
          int label = LabelMap.classOf(value);
          if (label < 0) {
            throw new InputException(
                file,
                "label [%d, %d, %d] is %s, not 0…254%s"
                    .formatted(
                        x, y, z, value, value == 255 ? " (a mask? structures are 1, 2, …)" : ""));
          }
          labels[extent.index(x, y, z)] = (byte) label;
        }
      }
    }
    return labels;
  }

  @Override
  public Geometry readGeometry(Path file) {
    return readHeader(file).geometry();
  }

  @Override
  public Optional<String> describe(Path file) {
    NiftiHeader h = readHeader(file);
    return Optional.of(
        "NIfTI-%d, %s, %s, slope %s, intercept %s, qform code %d, sform code %d"
            .formatted(
                h.spatial().version(),
                h.type().name().toLowerCase(Locale.ROOT),
                h.order() == ByteOrder.LITTLE_ENDIAN ? "little-endian" : "big-endian",
                h.scaling().slope(),
                h.scaling().intercept(),
                h.spatial().qform().code(),
                h.spatial().sform().code()));
  }

  /** How many dimensions the header names: 3 of a volume, 4 or more where frames have an axis. */
  public int dimensions(Path file) {
    try (InputStream in = StoredFile.open(file)) {
      byte[] bytes = in.readNBytes(NiftiHeader.SIZE_2);
      NiftiHeader header = NiftiHeader.parse(file, bytes);
      ByteBuffer fields = ByteBuffer.wrap(bytes).order(header.order());
      return header.spatial().version() == 1 ? fields.getShort(40) : (int) fields.getLong(16);
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }

  /** Copies a file byte by byte where both are compressed or both are not, else its content. */
  public void copy(Path from, Path to) {
    AtomicFile.write(
        to,
        raw -> {
          boolean same;
          try (InputStream in = StoredFile.open(from)) {
            same = in instanceof GZIPInputStream == isCompressed(to);
          }
          try (InputStream in = same ? Files.newInputStream(from) : StoredFile.open(from)) {
            OutputStream out = !same && isCompressed(to) ? new GZIPOutputStream(raw, 1 << 16) : raw;
            in.transferTo(out);
            if (out instanceof GZIPOutputStream zipped) {
              zipped.finish();
            }
          }
        });
  }

  private static boolean isCompressed(Path written) {
    return written.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  private static NiftiHeader readHeader(Path file) {
    try (InputStream in = StoredFile.open(file)) {
      return NiftiHeader.parse(file, in.readNBytes(NiftiHeader.SIZE_2));
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }

  /**
   * Writes labels as uint8; gzip when the name ends in {@code .gz}. Replaces the file atomically.
   */
  public void write(Path file, LabelMap labels) {
    byte[] values = labels.labels();
    ByteBuffer header = NiftiHeader.write(labels.geometry(), 1, NiftiType.UINT8);
    write(
        file,
        header,
        out -> writeFrame(out, labels.geometry().extent(), 1, (slice, i) -> slice.put(values[i])));
  }

  /**
   * Writes float32, the channels one behind the other as the frames of a 4-D file; gzip when the
   * name ends in {@code .gz}. Replaces the file atomically.
   */
  public void write(Path file, Volume volume) {
    write(file, volume.geometry(), volume.channels().size(), volume.channels()::get);
  }

  /**
   * The same of channels that are made one after the other, so that memory need not hold them all.
   *
   * @param channel the values of channel 0, 1, …, in the voxel order of {@code geometry}; asked for
   *     once each, in order
   */
  public void write(Path file, Geometry geometry, int channels, IntFunction<float[]> channel) {
    ByteBuffer header = NiftiHeader.write(geometry, channels, NiftiType.FLOAT32);
    write(
        file,
        header,
        out -> {
          for (int c = 0; c < channels; c++) {
            float[] voxels = channel.apply(c);
            writeFrame(
                out, geometry.extent(), Float.BYTES, (slice, i) -> slice.putFloat(voxels[i]));
          }
        });
  }

  /** Puts the value of the voxel with an index at the end of a slice. */
  private interface Voxel {
    void put(ByteBuffer slice, int index);
  }

  /** Writes a frame slice by slice, x fastest. */
  private static void writeFrame(OutputStream out, Extent extent, int bytes, Voxel voxel)
      throws IOException {
    ByteBuffer slice =
        ByteBuffer.allocate(
                Math.multiplyExact(bytes, Math.multiplyExact(extent.sizeX(), extent.sizeY())))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int z = 0; z < extent.sizeZ(); z++) {
      slice.clear();
      for (int y = 0; y < extent.sizeY(); y++) {
        for (int x = 0; x < extent.sizeX(); x++) {
          voxel.put(slice, extent.index(x, y, z));
        }
      }
      out.write(slice.array());
    }
  }

  private static void write(Path file, ByteBuffer header, AtomicFile.Content frames) {
    AtomicFile.write(
        file,
        raw -> {
          OutputStream out =
              isCompressed(file)
                  ? new GZIPOutputStream(raw, 1 << 16)
                  : new BufferedOutputStream(raw);
          out.write(header.array());
          frames.writeTo(out);
          if (out instanceof GZIPOutputStream zipped) {
            zipped.finish();
          }
          out.flush();
        });
  }

  /** Takes the voxels of one frame, in the order and type of the header. */
  private interface Frame {
    void take(NiftiHeader header, ByteBuffer data);
  }

  /**
   * Hands over the frames one after the other. A compressed file is read to its end before the last
   * one, so that its checksum is verified; like nibabel and nifti_clib, bytes behind the voxels are
   * passed over.
   */
  private static NiftiHeader read(Path file, Frame frame) {
    try (InputStream in = StoredFile.open(file)) {
      byte[] start = in.readNBytes(NiftiHeader.SIZE_1 + 4);
      int size =
          start.length >= 4 ? ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt() : 0;
      if (size == NiftiHeader.SIZE_2 || Integer.reverseBytes(size) == NiftiHeader.SIZE_2) {
        byte[] whole = Arrays.copyOf(start, NiftiHeader.SIZE_2 + 4);
        int got = in.readNBytes(whole, start.length, whole.length - start.length);
        start = Arrays.copyOf(whole, start.length + got);
      }
      NiftiHeader header = NiftiHeader.parse(file, start);
      boolean gzip = in instanceof GZIPInputStream;
      long bytes = (long) header.voxels() * header.type().bytes;
      long all = bytes * header.frames();
      if (all > Files.size(file) * (gzip ? MOST_EXPANSION : 1) || bytes > MOST_BYTES) {
        throw new InputException(
            file, "the header promises " + all + " bytes of voxels, the file cannot hold them");
      }
      in.skipNBytes(header.offset() - start.length);
      for (int i = 0; i < header.frames(); i++) {
        byte[] data = in.readNBytes((int) bytes);
        if (data.length < bytes) {
          throw new InputException(
              file,
              "the header promises %d bytes of voxels, the file has %d"
                  .formatted(all, i * bytes + data.length));
        }
        if (gzip && i == header.frames() - 1) {
          in.transferTo(OutputStream.nullOutputStream());
        }
        frame.take(header, ByteBuffer.wrap(data).order(header.order()));
      }
      return header;
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }
}
