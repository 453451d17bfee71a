package org.onelabel.volumes.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Spacing;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;
import org.onelabel.volumes.format.stored.VolumeFormat;

/**
 * One scan of a dataset: its name, a file for every channel or one for all, and the file of its
 * label where there is one. For unlabelled scans the label is a hidden truth that only ever
 * measures.
 *
 * @param ignored the value of voxels in the label file that nobody looked at
 * @param spacing of files that tell none, as HDF5 files do not; a property of the dataset
 */
public record Case(
    String id, List<Path> images, Optional<Path> label, OptionalInt ignored, Spacing spacing) {

  public Case {
    images = List.copyOf(images);
  }

  /**
   * A case of a dataset that does not say its spacing, and whose label, if it has one, ignores no
   * voxel.
   */
  public Case(String id, List<Path> images, Optional<Path> label) {
    this(id, images, label, OptionalInt.empty(), ImageFiles.ASSUMED);
  }

  /** Its image files, then its label file where there is one. */
  public List<Path> files() {
    List<Path> files = new ArrayList<>(images);
    label.ifPresent(files::add);
    return files;
  }

  /**
   * Reads all channels on the grid of the first; others may differ from it in the order or
   * direction of their axes.
   */
  public Volume readVolume() {
    Volume first = readVolume(images.getFirst());
    List<float[]> channels = new ArrayList<>(first.channels());
    for (Path file : images.subList(1, images.size())) {
      Volume volume = readVolume(file);
      channels.addAll(
          volume
              .onto(first.geometry())
              .orElseThrow(
                  () ->
                      elsewhere(
                          file,
                          "the channel",
                          volume.geometry(),
                          "the first channel",
                          images.getFirst(),
                          first.geometry()))
              .channels());
    }
    if (images.size() > 1 && channels.size() != images.size()) {
      throw new InputException(
          images.getFirst(),
          "%d files of case %s hold %d channels; each must hold one"
              .formatted(images.size(), id, channels.size()));
    }
    return new Volume(first.geometry(), channels);
  }

  /**
   * Reads the label on the grid of its image, with {@link LabelMap#IGNORED} where nobody looked. It
   * may differ from the image in the order or direction of its axes, but must have its voxels.
   */
  public LabelMap readLabels(Geometry image) {
    Path file = label.orElseThrow(() -> new InputException(images.getFirst(), "has no label"));
    LabelMap labels = readLabels(file);
    return labels
        .onto(image)
        .map(this::withIgnored)
        .orElseThrow(
            () ->
                elsewhere(
                    file, "the label", labels.geometry(), "its image", images.getFirst(), image));
  }

  private LabelMap withIgnored(LabelMap map) {
    if (ignored.isEmpty()) {
      return map;
    }
    byte[] labels = map.labels().clone();
    byte unknown = (byte) ignored.getAsInt();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = labels[i] == unknown ? (byte) LabelMap.IGNORED : labels[i];
    }
    return new LabelMap(map.geometry(), labels);
  }

  /** The grid, cheap where the format allows. */
  public Geometry readGeometry() {
    Path file = images.getFirst();
    return format(file).readGeometry(file).withSpacing(spacing);
  }

  private LabelMap readLabels(Path file) {
    return readLabels(file, spacing);
  }

  /** Reads a label file as it stands, with {@code spacing} where it tells none. */
  static LabelMap readLabels(Path file, Spacing spacing) {
    LabelMap labels = format(file).readLabels(file);
    return new LabelMap(labels.geometry().withSpacing(spacing), labels.labels());
  }

  private Volume readVolume(Path file) {
    Volume volume = format(file).readVolume(file);
    return new Volume(volume.geometry().withSpacing(spacing), volume.channels());
  }

  /** What a name does not tell is NIfTI: whoever named the file knows. */
  private static VolumeFormat format(Path file) {
    return VolumeFormats.of(file).orElse(VolumeFormats.NIFTI);
  }

  /** Two grids that are not one; {@code 4×4×5 voxels, its image 4×4×4} where the shape differs. */
  static InputException elsewhere(
      Path file, String what, Geometry grid, String than, Path other, Geometry otherGrid) {
    return new InputException(
        file,
        "%s is %s voxels, %s %s; they do not lie on one grid: affine %s, that of %s %s%s"
            .formatted(
                what,
                grid.describeShape(),
                than,
                otherGrid.describeShape(),
                grid.affine(),
                other,
                otherGrid.affine(),
                taken(file, grid, other, otherGrid)));
  }

  /** The spacing that one of two grids did not tell, where it may be what keeps them apart. */
  private static String taken(Path file, Geometry grid, Path other, Geometry otherGrid) {
    if (grid.tellsSpacing() == otherGrid.tellsSpacing() || grid.voxels() != otherGrid.voxels()) {
      return "";
    }
    Path silent = grid.tellsSpacing() ? other : file;
    double[] sides = (grid.tellsSpacing() ? otherGrid : grid).spacing();
    return "; %s tells no spacing and is read with %s: the key spacing of dataset.json says another"
        .formatted(silent, new Spacing(sides[0], sides[1], sides[2]));
  }
}
