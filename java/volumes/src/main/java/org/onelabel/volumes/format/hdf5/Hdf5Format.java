package org.onelabel.volumes.format.hdf5;

import io.jhdf.HdfFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.VolumeFormat;

/**
 * Reads the published layout of the left-atrium data: an HDF5 file with {@code image} and {@code
 * label}, indexed [x, y, z], or [channel, x, y, z] for images of several channels; further axes of
 * length 1 in front or behind are dropped. Where no data set has that name, the only one with
 * another usual name is taken. Such files carry no spacing.
 */
public final class Hdf5Format implements VolumeFormat {
  @Override
  public List<String> endings() {
    return List.of(".h5");
  }

  @Override
  public Volume readVolume(Path file) {
    return read(
        file,
        Hdf5Content.IMAGE,
        (name, shape, values) -> {
          int channels = shape.length == 4 ? shape[0] : 1;
          Geometry geometry = geometry(shape);
          int voxels = geometry.voxels();
          List<float[]> all = new ArrayList<>();
          for (int c = 0; c < channels; c++) {
            float[] channel = new float[voxels];
            for (int i = 0; i < voxels; i++) {
              channel[i] = (float) values.applyAsDouble(c * voxels + i);
            }
            all.add(channel);
          }
          return new Volume(geometry, all).requireFinite(file);
        });
  }

  @Override
  public LabelMap readLabels(Path file) {
    return read(
        file,
        Hdf5Content.LABEL,
        (name, shape, values) -> {
          if (shape.length != 3) {
            throw new InputException(
                file, name + " is " + Hdf5Dataset.describe(shape) + "; a label has 3 dimensions");
          }
          Geometry geometry = geometry(shape);
          byte[] labels = new byte[geometry.voxels()];
          for (int i = 0; i < labels.length; i++) {
            double value = values.applyAsDouble(i);
            int label = LabelMap.classOf(value);
            if (label < 0) {
              throw new InputException(
                  file, "label " + geometry.extent().describe(i) + " is " + value + ", not 0…254");
            }
            labels[i] = (byte) label;
          }
          return new LabelMap(geometry, labels);
        });
  }

  @Override
  public Geometry readGeometry(Path file) {
    return readVolume(file).geometry();
  }

  @Override
  public Optional<String> describe(Path file) {
    return Optional.empty();
  }

  private static Geometry geometry(int[] shape) {
    int n = shape.length;
    return Geometry.ofSizes(shape[n - 3], shape[n - 2], shape[n - 1]);
  }

  private interface Conversion<T> {
    T convert(String name, int[] shape, IntToDoubleFunction values);
  }

  private static <T> T read(Path file, Hdf5Content content, Conversion<T> conversion) {
    // In memory every address is held against the file's end; the library's own reading of files
    // allocates what a header promises, and follows headers beyond the end for minutes. The arena
    // is shared because the library unpacks chunks on several threads.
    try (Arena arena = Arena.ofShared();
        FileChannel channel = open(file);
        HdfFile hdf = HdfFile.fromByteBuffer(map(file, channel, arena))) {
      Hdf5Dataset dataset = content.find(file, hdf);
      int[] shape = dataset.shape();
      long voxels = 1;
      for (int size : shape) {
        voxels *= size;
        if (voxels < 1
            || voxels
                > Math.min(StoredFile.MOST_VOXELS, StoredFile.MOST_EXPANSION * channel.size())) {
          throw new InputException(
              file, dataset.name() + " promises " + Hdf5Dataset.describe(shape) + " voxels");
        }
      }
      return conversion.convert(dataset.name(), shape, dataset.values());
    } catch (InputException e) {
      throw e;
    } catch (ClosedByInterruptException e) {
      // The thread was interrupted; the file has no fault.
      throw new UncheckedIOException(e);
    } catch (NoSuchFileException e) {
      throw StoredFile.unreadable(file, e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // The library meets broken files with exceptions of every kind.
      String why =
          e.getMessage() == null ? e.getClass().getSimpleName() : InputException.firstLine(e);
      throw new InputException(file, "not a readable HDF5 file: " + why, e);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return FileChannel.open(file);
  }

  private static ByteBuffer map(Path file, FileChannel channel, Arena arena) throws IOException {
    long size = channel.size();
    if (size > Integer.MAX_VALUE) {
      throw new InputException(file, "HDF5 files are read up to 2 GiB, this one has " + size);
    }
    ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer();
    byte[] start = new byte[(int) Math.min(size, StoredFile.START)];
    bytes.get(0, start);
    StoredFile.otherThanVolume(start)
        .ifPresent(
            other -> {
              throw new InputException(file, other);
            });
    return bytes;
  }
}
