package org.onelabel.volumes.format.hdf5;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.exceptions.HdfException;
import io.jhdf.filter.FilterManager;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.onelabel.volumes.InputException;

/** The numbers of a data set of an open HDF5 file, whatever type they are stored in. */
record Hdf5Dataset(Path file, Dataset dataset) {

  static {
    FilterManager.addFilter(new Fletcher32());
  }

  String name() {
    return dataset.getName();
  }

  /** The three or four axes that count. */
  int[] shape() {
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
  private void requireChunks(ChunkedDataset chunked) {
    int[] size = chunked.getDimensions();
    int[] step = chunked.getChunkDimensions();
    int[] at = new int[size.length];
    int axis = 0;
    while (axis >= 0) {
      try {
        chunked.getRawChunkBuffer(at);
      } catch (HdfException e) {
        throw new InputException(
            file,
            "%s misses the chunk at %s, and its fill value %s is not 0"
                .formatted(chunked.getName(), Arrays.toString(at), chunked.getFillValue()),
            e);
      }
      for (axis = size.length - 1; axis >= 0 && (at[axis] += step[axis]) >= size[axis]; axis--) {
        at[axis] = 0;
      }
    }
  }

  /** The numbers, the last axis fastest. */
  IntToDoubleFunction values() {
    if (dataset instanceof ChunkedDataset chunked
        && chunked.getFillValue() instanceof Number fill
        && fill.doubleValue() != 0) {
      requireChunks(chunked);
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
      case String[] v when Arrays.stream(v).allMatch(Hdf5Dataset::isBoolean) ->
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

  static String describe(int[] shape) {
    return shape.length == 0
        ? "scalar"
        : IntStream.of(shape).mapToObj(Integer::toString).collect(Collectors.joining("×"));
  }

  static String describe(DataType type) {
    int bits = 8 * type.getSize();
    return switch (type) {
      case FixedPoint number -> (number.isSigned() ? "int" : "uint") + bits;
      case FloatingPoint _ -> "float" + bits;
      default -> type.getClass().getSimpleName().replace("DataType", "").toLowerCase(Locale.ROOT);
    };
  }
}
