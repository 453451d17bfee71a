package org.onelabel.volumes.format.dicom;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.stored.StoredFile;

/**
 * The slices of one series in the order of their places along the normal, which makes x a row, y a
 * column and z the way across them.
 *
 * @param slices two or more
 */
record DicomSeries(Path folder, List<Placed> slices) {
  /**
   * How far a slice may lie from where even ones would, as a share of the way between two, and of a
   * pixel's side along the slice: scanners round positions, and a missing slice is ten times as
   * much.
   */
  private static final double MOST_UNEVEN = 0.1;

  /** Nearer slices lie at one place, in millimetres. */
  private static final double SAME_PLACE = 1e-3;

  /** A slice and the file it is in. */
  record Placed(DicomFile file, DicomFile.Slice slice) {
    double place() {
      return slice.plane().place();
    }

    Path name() {
      return file.file().getFileName();
    }
  }

  /** Orders the slices of a folder; what is no even stack of one series is refused. */
  static DicomSeries of(Path folder, List<DicomFile> files) {
    requireOneSeries(folder, files);
    List<Placed> slices = new ArrayList<>();
    files.forEach(file -> file.slices().forEach(slice -> slices.add(new Placed(file, slice))));
    if (slices.size() < 2) {
      throw new InputException(folder, "holds a single slice; a volume has several");
    }
    Placed first = slices.getFirst();
    slices.forEach(slice -> requireAlike(folder, first, slice));
    slices.sort(Comparator.comparingDouble(Placed::place));
    DicomSeries series = new DicomSeries(folder, List.copyOf(slices));
    series.requireEven();
    series.requireUpright();
    return series;
  }

  private static void requireOneSeries(Path folder, List<DicomFile> files) {
    Map<String, Long> series =
        files.stream()
            .collect(Collectors.groupingBy(DicomFile::series, TreeMap::new, Collectors.counting()));
    if (series.size() > 1) {
      throw new InputException(
          folder,
          "holds %d series, give each a folder of its own: %s"
              .formatted(
                  series.size(),
                  String.join(
                      ", ",
                      series.entrySet().stream()
                          .limit(4)
                          .map(e -> "%s (%d files)".formatted(e.getKey(), e.getValue()))
                          .toList())));
    }
  }

  private static void requireAlike(Path folder, Placed first, Placed other) {
    PixelFormat format = first.slice.format();
    PixelFormat otherFormat = other.slice.format();
    if (format.rows() != otherFormat.rows() || format.columns() != otherFormat.columns()) {
      throw new InputException(
          folder,
          "slices differ in size: %s has %d×%d pixels, %s %d×%d"
              .formatted(
                  first.name(),
                  format.columns(),
                  format.rows(),
                  other.name(),
                  otherFormat.columns(),
                  otherFormat.rows()));
    }
    if (!first.slice.plane().isParallelTo(other.slice.plane())) {
      throw new InputException(
          folder,
          "slices differ in orientation or pixel spacing: %s and %s"
              .formatted(first.name(), other.name()));
    }
  }

  private double step() {
    return (slices.getLast().place() - slices.getFirst().place()) / (slices.size() - 1);
  }

  private void requireEven() {
    for (int i = 1; i < slices.size(); i++) {
      if (slices.get(i).place() - slices.get(i - 1).place() < SAME_PLACE) {
        throw new InputException(
            folder,
            "two slices lie at one place: %s and %s (a series of several times or echoes?)"
                .formatted(slices.get(i - 1).name(), slices.get(i).name()));
      }
    }
    double step = step();
    for (int i = 1; i < slices.size(); i++) {
      double gap = slices.get(i).place() - slices.get(i - 1).place();
      double off = slices.get(i).place() - slices.getFirst().place() - i * step;
      if (Math.max(Math.abs(gap - step), Math.abs(off)) > MOST_UNEVEN * step) {
        throw new InputException(
            folder,
            "slices are not evenly spaced (one missing?): %.4g mm from %s to %s, %.4g mm on average"
                .formatted(gap, slices.get(i - 1).name(), slices.get(i).name(), step));
      }
    }
  }

  /** The slices lie above each other, not sheared as a tilted gantry leaves them. */
  private void requireUpright() {
    SlicePlane first = slices.getFirst().slice.plane();
    double side = Math.min(first.spacing().get(0), first.spacing().get(1));
    for (Placed slice : slices) {
      double along = slice.place() - slices.getFirst().place();
      double square = 0;
      for (int i = 0; i < 3; i++) {
        double aside =
            slice.slice.plane().position().get(i)
                - first.position().get(i)
                - along * first.normal(i);
        square += aside * aside;
      }
      if (!(Math.sqrt(square) <= MOST_UNEVEN * side)) {
        throw new InputException(
            folder,
            "its slices are sheared, as a tilted gantry leaves them: %s lies %.4g mm aside of %s"
                .formatted(slice.name(), Math.sqrt(square), slices.getFirst().name()));
      }
    }
  }

  /** The grid in right, front, up. */
  Geometry geometry() {
    SlicePlane first = slices.getFirst().slice.plane();
    SlicePlane last = slices.getLast().slice.plane();
    double[] rows = new double[12];
    for (int row = 0; row < 3; row++) {
      int sign = row < 2 ? -1 : 1;
      rows[4 * row] = sign * first.step(0, row);
      rows[4 * row + 1] = sign * first.step(1, row);
      rows[4 * row + 2] =
          sign * (last.position().get(row) - first.position().get(row)) / (slices.size() - 1);
      rows[4 * row + 3] = sign * first.position().get(row);
    }
    Affine affine = Affine.of(rows);
    if (!affine.isInvertible()) {
      throw new InputException(folder, "the affine is singular or not finite: " + affine);
    }
    PixelFormat format = slices.getFirst().slice.format();
    if ((long) format.rows() * format.columns() * slices.size() > StoredFile.MOST_VOXELS) {
      throw new InputException(
          folder,
          "%d×%d×%d voxels are more than %d"
              .formatted(format.columns(), format.rows(), slices.size(), StoredFile.MOST_VOXELS));
    }
    return Geometry.of(format.columns(), format.rows(), slices.size(), affine);
  }
}
