package org.onelabel.volumes.format.stored;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.grid.Extent;

/**
 * A format whose files begin with a header in text. A scan may have several channels, a label has
 * one.
 *
 * @param <H> what the format makes of a header
 */
public abstract class TextHeaderFormat<H extends TextHeader> implements LabelFormat {

  /** Reads a header, and leaves {@code text} at its end. */
  protected abstract H readHeader(Path file, HeaderText text) throws IOException;

  /**
   * Reads the numbers of all channels in the order of the file.
   *
   * @param data the file that they lie in: that of the header, or the one that it names
   * @param in stands behind the header, or at the beginning of the file that it names
   */
  protected abstract IntToDoubleFunction readNumbers(H header, Path data, BufferedInputStream in)
      throws IOException;

  @Override
  public final Volume readVolume(Path file) {
    return read(
        file,
        (header, numbers) -> {
          ChannelOrder channels = header.channels();
          Extent extent = header.geometry().extent();
          return new Volume(
                  header.geometry(),
                  IntStream.range(0, channels.count())
                      .mapToObj(c -> VoxelOrder.intensities(extent, channels.select(c, numbers)))
                      .toList())
              .requireFinite(file);
        });
  }

  @Override
  public final LabelMap readLabels(Path file) {
    return read(
        file,
        (header, numbers) -> {
          int channels = header.channels().count();
          if (channels > 1) {
            throw new InputException(file, "has %d channels; a label has one".formatted(channels));
          }
          Geometry geometry = header.geometry();
          return new LabelMap(geometry, VoxelOrder.labels(file, geometry.extent(), numbers));
        });
  }

  @Override
  public final Geometry readGeometry(Path file) {
    return readHeader(file).geometry();
  }

  @Override
  public final List<Path> files(Path file) {
    return readHeader(file)
        .dataFile()
        .map(name -> List.of(file, StoredFile.beside(file, name)))
        .orElse(List.of(file));
  }

  /** Reads the header of a file. */
  protected final H readHeader(Path file) {
    try (BufferedInputStream in = StoredFile.openStored(file)) {
      return readHeader(file, new HeaderText(file, in));
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }

  /** Makes something of the numbers in the order of the file. */
  private interface Conversion<H, T> {
    T convert(H header, IntToDoubleFunction numbers);
  }

  private <T> T read(Path file, Conversion<H, T> conversion) {
    try (BufferedInputStream in = StoredFile.openStored(file)) {
      H header = readHeader(file, new HeaderText(file, in));
      return conversion.convert(
          header,
          header.dataFile().isPresent()
              ? readDetached(header, StoredFile.beside(file, header.dataFile().get()))
              : readNumbers(header, file, in));
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }

  private IntToDoubleFunction readDetached(H header, Path data) {
    try (BufferedInputStream in = StoredFile.openStored(data)) {
      return readNumbers(header, data, in);
    } catch (IOException e) {
      throw StoredFile.unreadable(data, e);
    }
  }
}
