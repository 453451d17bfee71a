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
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.format.stored.LabelFormat;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.VoxelOrder;
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
            (h, data) ->
                channels.add(VoxelOrder.intensities(h.extent(), index -> h.value(data, index))));
    return new Volume(header.geometry(), channels).requireFinite(file);
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
    return VoxelOrder.labels(file, header.extent(), index -> header.value(data, index));
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
    ByteBuffer header = NiftiHeader.write(labels.geometry(), 1, VoxelType.UINT8);
    write(file, header, List.of(ByteBuffer.wrap(VoxelOrder.stored(labels))));
  }

  /**
   * Writes float32, the channels one behind the other as the frames of a 4-D file; gzip when the
   * name ends in {@code .gz}. Replaces the file atomically.
   */
  public void write(Path file, Volume volume) {
    int channels = volume.channels().size();
    ByteBuffer header = NiftiHeader.write(volume.geometry(), channels, VoxelType.FLOAT32);
    write(
        file,
        header,
        volume.channels().stream().map(c -> bytes(volume.geometry().extent(), c)).toList());
  }

  private static ByteBuffer bytes(Extent extent, float[] voxels) {
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(4, extent.voxels())).order(ByteOrder.LITTLE_ENDIAN);
    for (int z = 0; z < extent.sizeZ(); z++) {
      for (int y = 0; y < extent.sizeY(); y++) {
        for (int x = 0; x < extent.sizeX(); x++) {
          data.putFloat(voxels[extent.index(x, y, z)]);
        }
      }
    }
    return data;
  }

  private static void write(Path file, ByteBuffer header, List<ByteBuffer> frames) {
    AtomicFile.write(
        file,
        raw -> {
          boolean gzip = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".gz");
          OutputStream out =
              gzip ? new GZIPOutputStream(raw, 1 << 16) : new BufferedOutputStream(raw);
          out.write(header.array());
          for (ByteBuffer frame : frames) {
            out.write(frame.array());
          }
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
      long bytes = (long) header.voxels() * header.type().bytes();
      long all = bytes * header.frames();
      if (all > Files.size(file) * (gzip ? StoredFile.MOST_EXPANSION : 1)
          || bytes > StoredFile.MOST_BYTES) {
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
