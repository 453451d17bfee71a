package org.onelabel.volumes.format;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.exceptions.HdfException;
import io.jhdf.filter.FilterManager;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;

/**
 * Reads the published layout of the left-atrium data: an HDF5 file with {@code image} and {@code
 * label}, indexed [x, y, z], or [channel, x, y, z] for images of several channels; further axes of
 * length 1 in front or behind are dropped. Where no data set has that name, the only one with
 * another usual name is taken. Such files carry no spacing; the caller says it.
 */
public final class Hdf5File {
  /** How many bytes one of a compressed file may stand for, at most. */
  private static final long DEFLATION = 1032;

  private static final int MOST_VOXELS = Integer.MAX_VALUE / 8;
  private static final int DEEPEST = 4;
  private static final int MOST_LISTED = 12;

  static {
    FilterManager.addFilter(new Fletcher32());
  }

  private Hdf5File() {}

  /** What is looked for: the name of the published layout, and others in use. */
  private enum Content {
    IMAGE("image", List.of("images", "img", "raw", "data", "volume")),
    LABEL("label", List.of("labels", "seg", "segmentation", "mask", "gt"));

    private final String name;
    private final List<String> others;

    Content(String name, List<String> others) {
      this.name = name;
      this.others = others;
    }
  }

  /** Reads intensities; voxels that are not finite are refused. */
  public static Volume readVolume(Path file, double spacing) {
    return read(
        file,
        Content.IMAGE,
        (name, shape, values) -> {
          int channels = shape.length == 4 ? shape[0] : 1;
          Geometry geometry = geometry(shape, spacing);
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

  /** Reads classes 0…254, with the tolerance of {@link LabelMap#ROUNDING}. */
  public static LabelMap readLabels(Path file, double spacing) {
    return read(
        file,
        Content.LABEL,
        (name, shape, values) -> {
          if (shape.length != 3) {
            throw new InputException(
                file, name + " is " + describe(shape) + "; a label has 3 dimensions");
          }
          Geometry geometry = geometry(shape, spacing);
          byte[] labels = new byte[geometry.voxels()];
          for (int i = 0; i < labels.length; i++) {
            double value = values.applyAsDouble(i);
            int label = LabelMap.classOf(value);
            if (label < 0) {
              throw new InputException(
                  file, "label " + geometry.describeVoxel(i) + " is " + value + ", not 0…254");
            }
            labels[i] = (byte) label;
          }
          return new LabelMap(geometry, labels);
        });
  }

  private static Geometry geometry(int[] shape, double spacing) {
    int n = shape.length;
    return Geometry.unplaced(shape[n - 3], shape[n - 2], shape[n - 1], spacing);
  }

  private interface Conversion<T> {
    T convert(String name, int[] shape, IntToDoubleFunction values);
  }

  private static <T> T read(Path file, Content content, Conversion<T> conversion) {
    // In memory every address is held against the file's end; the library's own reading of files
    // allocates what a header promises, and follows headers beyond the end for minutes. The arena
    // is shared because the library unpacks chunks on several threads.
    try (Arena arena = Arena.ofShared();
        FileChannel channel = open(file);
        HdfFile hdf = HdfFile.fromByteBuffer(map(file, channel, arena))) {
      Dataset dataset = find(file, hdf, content);
      int[] shape = shape(file, dataset);
      long voxels = 1;
      for (int size : shape) {
        voxels *= size;
        if (voxels < 1 || voxels > Math.min(MOST_VOXELS, DEFLATION * channel.size())) {
          throw new InputException(
              file, dataset.getName() + " promises " + describe(shape) + " voxels");
        }
      }
      return conversion.convert(dataset.getName(), shape, values(file, dataset));
    } catch (InputException e) {
      throw e;
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

  /** The data set by its name, or the only one with another usual name. */
  private static Dataset find(Path file, HdfFile hdf, Content content) {
    List<Dataset> others = new ArrayList<>();
    for (Node node : hdf) {
      if (node instanceof Dataset dataset) {
        String name = dataset.getName().toLowerCase(Locale.ROOT);
        if (name.equals(content.name)) {
          return dataset;
        }
        if (content.others.contains(name)) {
          others.add(dataset);
        }
      }
    }
    if (others.size() == 1) {
      return others.getFirst();
    }
    List<String> all = new ArrayList<>();
    list(hdf, DEEPEST, all);
    throw new InputException(
        file,
        "%s named %s (or %s); it holds %s"
            .formatted(
                others.isEmpty() ? "has no data set" : "has several data sets, none",
                content.name,
                String.join(", ", content.others),
                all.isEmpty() ? "none" : String.join(", ", all)));
  }

  private static void list(Group group, int depth, List<String> found) {
    for (Node node : group) {
      if (found.size() == MOST_LISTED) {
        found.add("…");
      }
      if (found.size() > MOST_LISTED) {
        return;
      }
      if (node instanceof Dataset dataset) {
        found.add(
            "%s %s %s"
                .formatted(
                    dataset.getPath().substring(1),
                    describe(dataset.getDimensions()),
                    describe(dataset.getDataType())));
      } else if (node instanceof Group inner && depth > 1) {
        list(inner, depth - 1, found);
      }
    }
  }

  private static String describe(int[] shape) {
    return shape.length == 0
        ? "scalar"
        : IntStream.of(shape).mapToObj(Integer::toString).collect(Collectors.joining("×"));
  }

  private static String describe(DataType type) {
    int bits = 8 * type.getSize();
    return switch (type) {
      case FixedPoint number -> (number.isSigned() ? "int" : "uint") + bits;
      case FloatingPoint _ -> "float" + bits;
      default -> type.getClass().getSimpleName().replace("DataType", "").toLowerCase(Locale.ROOT);
    };
  }

  /** The three or four axes that count. */
  private static int[] shape(Path file, Dataset dataset) {
    int[] all = dataset.getDimensions();
    int from = 0;
    int to = all.length;
    while (to - from > 3 && all[from] == 1) {
      from++;
    }
    while (to - from > 3 && all[to - 1] == 1) {
      to--;
    }
    if (to - from != 3 && to - from != 4) {
      throw new InputException(
          file, "%s is %s, not x×y×z or channel×x×y×z".formatted(dataset.getName(), describe(all)));
    }
    return Arrays.copyOfRange(all, from, to);
  }

  /** The library takes chunks that were never written for 0, whatever their fill value is. */
  private static void requireChunks(Path file, ChunkedDataset dataset) {
    int[] size = dataset.getDimensions();
    int[] step = dataset.getChunkDimensions();
    int[] at = new int[size.length];
    int axis = 0;
    while (axis >= 0) {
      try {
        dataset.getRawChunkBuffer(at);
      } catch (HdfException e) {
        throw new InputException(
            file,
            "%s misses the chunk at %s, and its fill value %s is not 0"
                .formatted(dataset.getName(), Arrays.toString(at), dataset.getFillValue()),
            e);
      }
      for (axis = size.length - 1; axis >= 0 && (at[axis] += step[axis]) >= size[axis]; axis--) {
        at[axis] = 0;
      }
    }
  }

  private static IntToDoubleFunction values(Path file, Dataset dataset) {
    if (dataset instanceof ChunkedDataset chunked
        && chunked.getFillValue() instanceof Number fill
        && fill.doubleValue() != 0) {
      requireChunks(file, chunked);
    }
    DataType type = dataset.getDataType();
    Object flat = dataset.getDataFlat();
    return switch (flat) {
      case byte[] v -> i -> v[i];
      case short[] v -> i -> v[i];
      case int[] v -> i -> v[i];
      case long[] v -> i -> v[i];
      case float[] v -> i -> v[i];
      case double[] v -> i -> v[i];
      case boolean[] v -> i -> v[i] ? 1 : 0;
      case BigInteger[] v -> i -> v[i].doubleValue();
      case String[] v when Arrays.stream(v).allMatch(Hdf5File::isBoolean) ->
          i -> v[i].equalsIgnoreCase("true") ? 1 : 0;
      // What the library gives of numbers that have no place in the file.
      case Object _ when type instanceof FixedPoint || type instanceof FloatingPoint ->
          throw new InputException(file, dataset.getName() + " was never written");
      default ->
          throw new InputException(
              file, dataset.getName() + " is of type " + describe(type) + ", not of numbers");
    };
  }

  /** Booleans are stored as an enumeration of these names. */
  private static boolean isBoolean(String name) {
    return name.equalsIgnoreCase("true") || name.equalsIgnoreCase("false");
  }
}
