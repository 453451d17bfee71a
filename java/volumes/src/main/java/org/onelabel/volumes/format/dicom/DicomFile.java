package org.onelabel.volumes.format.dicom;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.stored.StoredFile;

/**
 * What a DICOM file holds of a series.
 *
 * @param series the UID of the series
 * @param syntax how it is written
 * @param slices one, or the frames of an enhanced file
 */
record DicomFile(Path file, String series, TransferSyntax syntax, String kind, List<Slice> slices) {

  /**
   * A slice without its pixels.
   *
   * @param frame which one of the file
   * @param slope of the values that stored numbers stand for
   */
  record Slice(int frame, SlicePlane plane, PixelFormat format, double slope, double intercept) {}

  /** Reads all but the pixels. */
  static DicomFile read(Path file) {
    return open(file, (content, _) -> of(file, content));
  }

  /** Reads the values of a slice of {@code file}, row by row. */
  static double[] values(Path file, Slice slice) {
    return open(
        file,
        (content, _) -> {
          ByteBuffer frame = FramePixels.of(file, content, slice.format(), slice.frame());
          double[] values = new double[slice.format().pixels()];
          for (int i = 0; i < values.length; i++) {
            values[i] = slice.format().read(frame, i) * slice.slope() + slice.intercept();
          }
          return values;
        });
  }

  private static <T> T open(Path file, BiFunction<DicomParser.Content, Path, T> reading) {
    // Mapped, so that the pixels of a file are not read where its header alone is wanted.
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE) {
        throw new InputException(file, "DICOM files are read up to 2 GiB, this one has " + size);
      }
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer();
      return reading.apply(DicomParser.parse(file, bytes), file);
    } catch (ClosedByInterruptException e) {
      // The thread was interrupted; the file has no fault.
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw StoredFile.unreadable(file, e);
    }
  }

  private static DicomFile of(Path file, DicomParser.Content content) {
    DicomElements elements = content.elements();
    String modality = elements.text(DicomTags.MODALITY).orElse("unknown modality");
    if (content.pixels().isEmpty()) {
      throw new InputException(file, "holds no image (%s)".formatted(modality));
    }
    if (modality.equals("SEG")) {
      throw new InputException(
          file, "is a DICOM segmentation, which is not read; save it as NIfTI or NRRD");
    }
    if (elements.has(DicomTags.MODALITY_TABLE)) {
      throw new InputException(file, "scales its values by a table, which is not read");
    }
    PixelFormat format = PixelFormat.of(file, elements);
    List<DicomElements> frames = elements.items(DicomTags.FRAME_GROUPS);
    int number =
        elements
            .decimals(DicomTags.FRAMES, "NumberOfFrames", 1)
            .map(n -> n.getFirst().intValue())
            .orElse(1);
    List<Slice> slices = new ArrayList<>();
    if (frames.isEmpty()) {
      if (number != 1) {
        throw new InputException(
            file, "has %d frames and does not say where they lie".formatted(number));
      }
      slices.add(slice(file, format, 0, List.of(elements)));
    } else {
      if (number != frames.size()) {
        throw new InputException(
            file, "has %d frames and places of %d".formatted(number, frames.size()));
      }
      Optional<DicomElements> shared = elements.item(DicomTags.SHARED_GROUPS);
      for (int i = 0; i < number; i++) {
        List<DicomElements> from = new ArrayList<>(groups(frames.get(i)));
        shared.map(DicomFile::groups).ifPresent(from::addAll);
        slices.add(slice(file, format, i, from));
      }
    }
    return new DicomFile(
        file,
        elements.text(DicomTags.SERIES).orElse(""),
        content.syntax(),
        modality,
        List.copyOf(slices));
  }

  /** The groups of a frame that place it and scale it. */
  private static List<DicomElements> groups(DicomElements frame) {
    List<DicomElements> groups = new ArrayList<>();
    for (int tag :
        new int[] {
          DicomTags.PLANE_POSITION,
          DicomTags.PLANE_ORIENTATION,
          DicomTags.PIXEL_MEASURES,
          DicomTags.PIXEL_VALUES
        }) {
      frame.item(tag).ifPresent(groups::add);
    }
    return groups;
  }

  /** The first of {@code from} that has an element counts. */
  private static Slice slice(Path file, PixelFormat format, int frame, List<DicomElements> from) {
    SlicePlane plane =
        new SlicePlane(
            require(file, from, DicomTags.POSITION, "ImagePositionPatient", 3),
            require(file, from, DicomTags.ORIENTATION, "ImageOrientationPatient", 6),
            require(file, from, DicomTags.PIXEL_SPACING, "PixelSpacing", 2));
    double slope = find(from, DicomTags.SLOPE, "RescaleSlope", 1).map(List::getFirst).orElse(1.0);
    double intercept =
        find(from, DicomTags.INTERCEPT, "RescaleIntercept", 1).map(List::getFirst).orElse(0.0);
    return new Slice(frame, plane, format, slope, intercept);
  }

  private static List<Double> require(
      Path file, List<DicomElements> from, int tag, String name, int count) {
    return find(from, tag, name, count)
        .orElseThrow(() -> new InputException(file, "has no " + name));
  }

  private static Optional<List<Double>> find(
      List<DicomElements> from, int tag, String name, int count) {
    return from.stream()
        .flatMap(elements -> elements.decimals(tag, name, count).stream())
        .findFirst();
  }
}
