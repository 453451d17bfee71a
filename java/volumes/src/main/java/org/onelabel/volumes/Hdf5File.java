package org.onelabel.volumes;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the published layout of the left-atrium data: an HDF5 file with {@code image} (float) and
 * {@code label} (uint8), indexed [x, y, z]. Such files carry no spacing; the caller says it.
 */
final class Hdf5File {
  /** How many bytes one of a compressed file may stand for, at most. */
  private static final long DEFLATION = 1032;

  private Hdf5File() {}

  static Volume readVolume(Path file, double spacing) {
    return read(
        file,
        "image",
        (geometry, values) -> {
          float[] voxels = new float[values.length];
          for (int i = 0; i < values.length; i++) {
            voxels[i] = (float) values[i];
            if (!Float.isFinite(voxels[i])) {
              throw new InputException(file, "voxel " + i + " is " + values[i] + ", not a number");
            }
          }
          return new Volume(geometry, voxels);
        },
        spacing);
  }

  static LabelMap readLabels(Path file, double spacing) {
    return read(
        file,
        "label",
        (geometry, values) -> {
          byte[] labels = new byte[values.length];
          for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0 && values[i] < 255 && values[i] == Math.rint(values[i]))) {
              throw new InputException(file, "label " + i + " is " + values[i] + ", not 0…254");
            }
            labels[i] = (byte) values[i];
          }
          return new LabelMap(geometry, labels);
        },
        spacing);
  }

  private interface Conversion<T> {
    T convert(Geometry geometry, double[] values);
  }

  private static <T> T read(Path file, String name, Conversion<T> conversion, double spacing) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(file, "no such file");
    }
    // In memory every address is held against the file's end; the library's own reading of files
    // allocates what a header promises, and follows headers beyond the end for minutes. The arena
    // is
    // shared because the library unpacks chunks on several threads.
    try (Arena arena = Arena.ofShared();
        FileChannel channel = FileChannel.open(file);
        HdfFile hdf = HdfFile.fromByteBuffer(map(file, channel, arena))) {
      if (!(hdf.getChild(name) instanceof Dataset dataset)) {
        throw new InputException(file, "has no dataset named " + name);
      }
      int[] shape = dataset.getDimensions();
      if (shape.length != 3) {
        throw new InputException(file, name + " has " + shape.length + " dimensions, not 3");
      }
      long voxels = (long) shape[0] * shape[1] * shape[2];
      if (voxels < 1 || voxels > Math.min(Integer.MAX_VALUE / 8, DEFLATION * channel.size())) {
        throw new InputException(file, name + " promises " + voxels + " voxels");
      }
      Object flat = dataset.getDataFlat();
      double[] values = new double[Math.toIntExact(voxels)];
      for (int i = 0; i < values.length; i++) {
        values[i] = Array.getDouble(flat, i);
      }
      Affine affine = Affine.ofSpacing(spacing, spacing, spacing);
      return conversion.convert(Geometry.of(shape[0], shape[1], shape[2], affine), values);
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // The library meets broken files with exceptions of every kind.
      throw new InputException(file, "not a readable HDF5 file: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer map(Path file, FileChannel channel, Arena arena) throws IOException {
    long size = channel.size();
    if (size > Integer.MAX_VALUE) {
      throw new InputException(file, "HDF5 files are read up to 2 GiB, this one has " + size);
    }
    return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer();
  }
}
