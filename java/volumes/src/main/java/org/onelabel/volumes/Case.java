package org.onelabel.volumes;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One scan of a dataset: its name, a file for every channel, and the file of its label where there
 * is one. For unlabelled scans the label is a hidden truth that only ever measures.
 */
public record Case(String id, List<Path> images, Optional<Path> label) {

  // HDF5 files of the published layout carry no spacing; the left-atrium data has this one.
  private static final double PUBLISHED_SPACING = 0.625;

  public Case {
    images = List.copyOf(images);
  }

  /**
   * Reads all channels, of one file or one a file; they must share one grid. A file with several
   * channels stands alone.
   */
  public Volume readVolume() {
    List<Volume> volumes = images.stream().map(Case::readVolume).toList();
    Geometry geometry = volumes.getFirst().geometry();
    for (int i = 0; i < volumes.size() && volumes.size() > 1; i++) {
      int channels = volumes.get(i).channels().size();
      if (channels > 1) {
        throw new InputException(
            images.get(i), "has " + channels + " channels, but is one of several files of a case");
      }
      if (!volumes.get(i).geometry().sameShape(geometry)) {
        throw new InputException(
            images.get(i),
            "is %s voxels, the first channel is %s"
                .formatted(volumes.get(i).geometry().describeShape(), geometry.describeShape()));
      }
    }
    return new Volume(geometry, volumes.stream().flatMap(v -> v.channels().stream()).toList());
  }

  /** Reads the label; it must have the shape of {@code image}. */
  public LabelMap readLabels(Geometry image) {
    Path file = label.orElseThrow(() -> new InputException(images.getFirst(), "has no label"));
    LabelMap labels =
        isHdf5(file) ? Hdf5File.readLabels(file, PUBLISHED_SPACING) : NiftiFile.readLabels(file);
    if (!labels.geometry().sameShape(image)) {
      throw new InputException(
          file,
          "the label is %s voxels, its image %s"
              .formatted(labels.geometry().describeShape(), image.describeShape()));
    }
    return new LabelMap(image, labels.labels());
  }

  /** The grid, cheap where the format allows. */
  public Geometry readGeometry() {
    Path first = images.getFirst();
    return isHdf5(first) ? readVolume(first).geometry() : NiftiFile.readGeometry(first);
  }

  private static Volume readVolume(Path file) {
    return isHdf5(file) ? Hdf5File.readVolume(file, PUBLISHED_SPACING) : NiftiFile.readVolume(file);
  }

  private static boolean isHdf5(Path file) {
    return VolumeFormat.of(file).equals(Optional.of(VolumeFormat.HDF5));
  }
}
