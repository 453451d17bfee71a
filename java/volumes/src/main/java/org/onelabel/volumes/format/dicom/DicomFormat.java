package org.onelabel.volumes.format.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.file.FileName;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.format.stored.VolumeFormat;
import org.onelabel.volumes.format.stored.VoxelOrder;

/**
 * Reads a folder with the slices of one DICOM series, or with one enhanced multi-frame file, as one
 * volume. Positions come from ImagePositionPatient and ImageOrientationPatient, values from
 * RescaleSlope and RescaleIntercept. Thread-safe.
 */
public final class DicomFormat implements VolumeFormat {
  private static final List<String> SLICE_ENDINGS = List.of(".dcm", ".dicom", ".ima");

  /** So many files of a folder are looked into for the mark of a DICOM file. */
  private static final int MOST_LOOKED_INTO = 64;

  private static final int MARK_END = 132;

  /** No file's name tells it: a folder is a volume. */
  @Override
  public List<String> endings() {
    return List.of();
  }

  /** Whether a folder holds DICOM files, by their names or their mark. */
  public static boolean isSeries(Path folder) {
    List<Path> files = entries(folder);
    return files.stream().anyMatch(DicomFormat::isCalledSlice)
        || files.stream().limit(MOST_LOOKED_INTO).anyMatch(DicomFormat::isMarked);
  }

  /** Files that are not hidden and no directory of a medium, sorted by name. */
  public static List<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(
              file ->
                  !FileName.of(file).startsWith(".")
                      && !FileName.of(file).equalsIgnoreCase("DICOMDIR")
                      && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw StoredFile.unreadable(folder, e);
    }
  }

  /** Whether a name ends as those of DICOM files do. */
  public static boolean isCalledSlice(Path file) {
    String name = FileName.of(file).toLowerCase(Locale.ROOT);
    return SLICE_ENDINGS.stream().anyMatch(name::endsWith);
  }

  @Override
  public Volume readVolume(Path folder) {
    DicomSeries series = series(folder);
    Geometry geometry = series.geometry();
    return new Volume(geometry, VoxelOrder.intensities(geometry.extent(), values(series)))
        .requireFinite(folder);
  }

  @Override
  public LabelMap readLabels(Path folder) {
    DicomSeries series = series(folder);
    Geometry geometry = series.geometry();
    return new LabelMap(geometry, VoxelOrder.labels(folder, geometry.extent(), values(series)));
  }

  /** Values by their places, slice by slice, each of which is unpacked once. */
  private static IntToDoubleFunction values(DicomSeries series) {
    int pixels = series.slices().getFirst().slice().format().pixels();
    return new IntToDoubleFunction() {
      private int at = -1;
      private double[] slice = {};

      @Override
      public double applyAsDouble(int index) {
        if (index / pixels != at) {
          at = index / pixels;
          DicomSeries.Placed placed = series.slices().get(at);
          slice = DicomFile.values(placed.file().file(), placed.slice());
        }
        return slice[index % pixels];
      }
    };
  }

  @Override
  public Geometry readGeometry(Path folder) {
    return series(folder).geometry();
  }

  @Override
  public Optional<String> describe(Path folder) {
    DicomSeries series = series(folder);
    DicomSeries.Placed first = series.slices().getFirst();
    PixelFormat format = first.slice().format();
    return Optional.of(
        "DICOM, %s, %s, %s %d of %d bits%s, slope %s, intercept %s, %d files"
            .formatted(
                first.file().kind(),
                first.file().syntax().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                format.signed() ? "signed" : "unsigned",
                format.stored(),
                format.allocated(),
                format.shownInverted() ? " (MONOCHROME1: shown inverted, values as stored)" : "",
                first.slice().slope(),
                first.slice().intercept(),
                files(folder).size()));
  }

  /** The slices' files, without the folder. */
  @Override
  public List<Path> files(Path folder) {
    return entries(folder).stream().filter(f -> isCalledSlice(f) || isMarked(f)).toList();
  }

  private DicomSeries series(Path folder) {
    List<Path> files = files(folder);
    if (files.isEmpty()) {
      throw new InputException(folder, "holds no DICOM file");
    }
    return DicomSeries.of(folder, files.stream().map(DicomFile::read).toList());
  }

  private static boolean isMarked(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return DicomParser.isMarked(in.readNBytes(MARK_END));
    } catch (IOException _) {
      return false; // not readable, and so no slice that could be missed
    }
  }
}
