package org.onelabel.volumes.format.nifti;

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
import org.onelabel.volumes.format.stored.LabelFormat;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.VoxelType;
import org.onelabel.volumes.grid.Extent;

/**
 * Reads and writes NIfTI-1 and NIfTI-2 single files, {@code .nii} and {@code .nii.gz}. Every
 * mistake in a file is an {@link InputException} that names it. Thread-safe.
 */
public final class NiftiFormat implements LabelFormat {
  @Override
  public List<String> endings() {
    return List.of(".nii", ".nii.gz");
  }

  @Override
  public List<String> writtenEndings() {
    return endings();
  }

  @Override
  public String labelEnding() {
    return ".nii.gz";
  }

  /**
   * Intensities are scaled by scl_slope and scl_inter; the frames of a 4-D file, or of a 5-D one
   * with a single time, are the channels.
   */
  @Override
  public Volume readVolume(Path file) {
    List<float[]> channels = new ArrayList<>();
    NiftiHeader header =
        read(
            file,
            (h, z, slice) -> {
              if (z == 0) {
                channels.add(new float[h.voxels()]);
              }
              float[] voxels = channels.getLast();
              FrameOrder.forEach(
                  h.extent(), z, (at, next) -> voxels[at] = (float) h.value(slice, next));
            });
    return new Volume(header.geometry(), channels).requireFinite(file);
  }

  @Override
  public LabelMap readLabels(Path file) {
    List<byte[]> frames = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    NiftiHeader header =
        read(
            file,
            (h, z, slice) -> {
              if (h.frames() > 1) {
                throw new InputException(file, "has " + h.frames() + " frames; a label has one");
              }
              if (z == 0) {
                frames.add(new byte[h.voxels()]);
              }
              byte[] labels = frames.getLast();
              FrameOrder.forEach(
                  h.extent(),
                  z,
                  (at, next) -> {
                    double value = h.value(slice, next);
                    int label = LabelMap.classOf(value);
                    labels[at] = (byte) label;
                    if (label < 0 && refused.isEmpty()) {
                      refused.add(noLabel(h.extent().describe(at), value));
                    }
                  });
            });
    // A damaged file shows at its end: that is then the reason, not what was read of it.
    if (!refused.isEmpty()) {
      throw new InputException(file, refused.getFirst());
    }
    return new LabelMap(header.geometry(), frames.getFirst());
  }

  private static String noLabel(String voxel, double value) {
    return "label %s is %s, not 0…254%s"
        .formatted(voxel, value, value == 255 ? " (a mask? structures are 1, 2, …)" : "");
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

  /** Gzip when the name ends in {@code .gz}. */
  @Override
  public void write(Path file, LabelMap labels) {
    byte[] values = labels.labels();
    ByteBuffer header = NiftiHeader.write(labels.geometry(), 1, VoxelType.UINT8);
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
    ByteBuffer header = NiftiHeader.write(geometry, channels, VoxelType.FLOAT32);
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
      FrameOrder.forEach(extent, z, (at, _) -> voxel.put(slice, at));
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

  /** Takes the voxels of a slice of a frame, x fastest, in the order and type of the header. */
  private interface Slice {
    void take(NiftiHeader header, int z, ByteBuffer data);
  }

  /**
   * Hands over the slices of all frames one after the other. A compressed file is read to its end
   * before the last one, so that its checksum is verified; like nibabel and nifti_clib, bytes
   * behind the voxels are passed over.
   */
  private static NiftiHeader read(Path file, Slice slice) {
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
      long bytes = (long) header.voxels() * header.type().bytes();
      long all = bytes * header.frames();
      if (all > Files.size(file) * (gzip ? StoredFile.MOST_EXPANSION : 1)
          || bytes > StoredFile.MOST_BYTES) {
        throw new InputException(
            file, "the header promises " + all + " bytes of voxels, the file cannot hold them");
      }
      in.skipNBytes(header.offset() - start.length);
      int sizeZ = header.extent().sizeZ();
      int ofSlice = (int) (bytes / sizeZ);
      long slices = (long) header.frames() * sizeZ;
      byte[] data = new byte[ofSlice];
      for (long i = 0; i < slices; i++) {
        int got = in.readNBytes(data, 0, ofSlice);
        if (got < ofSlice) {
          throw new InputException(
              file,
              "the header promises %d bytes of voxels, the file has %d"
                  .formatted(all, i * ofSlice + got));
        }
        if (gzip && i == slices - 1) {
          in.transferTo(OutputStream.nullOutputStream());
        }
        slice.take(header, (int) (i % sizeZ), ByteBuffer.wrap(data).order(header.order()));
      }
      return header;
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }
}
