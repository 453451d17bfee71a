package org.onelabel.volumes.format.hdf5;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.onelabel.volumes.InputException;

/** What is looked for in an HDF5 file: the name of the published layout, and others in use. */
enum Hdf5Content {
  IMAGE("image", List.of("images", "img", "raw", "data", "volume")),
  LABEL("label", List.of("labels", "seg", "segmentation", "mask", "gt"));

  private static final int DEEPEST = 4;
  private static final int MOST_LISTED = 12;

  private final String name;
  private final List<String> others;

  Hdf5Content(String name, List<String> others) {
    this.name = name;
    this.others = others;
  }

  /** The data set by its name, or the only one with another usual name. */
  Hdf5Dataset find(Path file, HdfFile hdf) {
    List<Dataset> found = new ArrayList<>();
    for (Node node : hdf) {
      if (node instanceof Dataset dataset) {
        String called = dataset.getName().toLowerCase(Locale.ROOT);
        if (called.equals(name)) {
          return new Hdf5Dataset(file, dataset);
        }
        if (others.contains(called)) {
          found.add(dataset);
        }
      }
    }
    if (found.size() == 1) {
      return new Hdf5Dataset(file, found.getFirst());
    }
    List<String> all = new ArrayList<>();
    list(hdf, DEEPEST, all);
    throw new InputException(
        file,
        "%s named %s (or %s); it holds %s"
            .formatted(
                found.isEmpty() ? "has no data set" : "has several data sets, none",
                name,
                String.join(", ", others),
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
                    Hdf5Dataset.describe(dataset.getDimensions()),
                    Hdf5Dataset.describe(dataset.getDataType())));
      } else if (node instanceof Group inner && depth > 1) {
        list(inner, depth - 1, found);
      }
    }
  }
}
