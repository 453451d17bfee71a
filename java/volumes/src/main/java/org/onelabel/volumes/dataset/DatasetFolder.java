package org.onelabel.volumes.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.onelabel.volumes.InputException;

/**
 * Finds the cases of a dataset on disk. Three layouts:
 *
 * <ul>
 *   <li>folders: {@code imagesTr labelsTr} the template, {@code imagesUn} the pool, {@code
 *       imagesVal labelsVal}, {@code imagesTs labelsTs}; {@code labelsUnHidden} only measures
 *   <li>nnU-Net v2 and Medical Segmentation Decathlon: {@code imagesTr labelsTr imagesTs}; the
 *       cases with a label are learnt from, the first of them (or the one named) is the template,
 *       the others are the pool
 *   <li>published: {@code train.txt val.txt test.txt}, or {@code .list}, with one id a line and
 *       {@code data/<id>.h5}; the first of train is the template
 * </ul>
 *
 * Every file that looks like a volume is one of a case, or in {@link Dataset#warnings}; where that
 * cannot be, the dataset is refused.
 */
public final class DatasetFolder {
  private DatasetFolder() {}

  /** Opens the dataset in {@code folder}, whose files say how they are called. */
  public static Dataset open(Path folder, Optional<String> template) {
    return open(folder, template, Naming.AUTO);
  }

  /**
   * Opens the dataset in {@code folder}.
   *
   * @param template the id of the one template where several cases have a label; the other labels
   *     then only measure
   * @param naming how its image files are called
   */
  public static Dataset open(Path folder, Optional<String> template, Naming naming) {
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder, "no such folder");
    }
    if (PublishedLayout.isIn(folder)) {
      return PublishedLayout.read(new DatasetDraft(folder, template));
    }
    if (FolderLayout.isIn(folder)) {
      return FolderLayout.read(new DatasetDraft(folder, template), naming);
    }
    throw new InputException(
        folder,
        "no dataset: neither a folder imagesTr nor a file train.txt or train.list is in it");
  }

  /**
   * The dataset that a path lies in one of whose folders of images or labels; empty where it lies
   * in none. Results have no place there.
   */
  public static Optional<Path> around(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Set<String> inside = FolderLayout.folders();
    for (Path at = absolute; at != null && at.getParent() != null; at = at.getParent()) {
      Path parent = at.getParent();
      String name = at.getFileName().toString();
      boolean holdsSets = inside.contains(name) && FolderLayout.isIn(parent);
      if (holdsSets || (name.equals(PublishedLayout.DATA) && PublishedLayout.isIn(parent))) {
        return Optional.of(parent);
      }
    }
    return Optional.empty();
  }
}
