package org.onelabel.volumes.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Plural;
import org.onelabel.volumes.Spacing;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Scans without labels: a file, a folder of DICOM slices, or the scans of a folder.
 *
 * @param cases sorted by name
 */
public record Scans(List<Case> cases, Warnings warnings) {

  public Scans {
    cases = List.copyOf(cases);
  }

  /**
   * Finds the scans of {@code input}.
   *
   * @param asked how the user says files are called
   * @param own what is known of files like these: those of the dataset of a model. What a
   *     dataset.json in or beside the folder says of their spacing counts before it
   */
  public static Scans open(Path input, Naming asked, ImageFiles own) {
    Map<Path, String> leftOut = new TreeMap<>();
    VolumeFolder folder = volumes(input, leftOut);
    Naming naming = CaseFiles.ofScans(asked, own, folder.volumes());
    Optional<Spacing> spacing =
        NearbyDescription.of(folder.folder()).spacing(folder.paths()).or(own::spacing);
    Spacing sides = spacing.orElse(ImageFiles.ASSUMED);
    List<Case> cases = new ArrayList<>();
    CaseFiles.cases(folder, naming, own.channels())
        .forEach(
            (id, files) ->
                cases.add(new Case(id, files, Optional.empty(), OptionalInt.empty(), sides)));
    int files = cases.getFirst().images().size();
    for (Case other : cases) {
      if (other.images().size() != files) {
        throw new InputException(
            input,
            "case %s has %s, case %s %d: scans must have the same channels"
                .formatted(
                    cases.getFirst().id(),
                    Plural.of(files, "file"),
                    other.id(),
                    other.images().size()));
      }
    }
    List<String> notes = ImageFiles.note(spacing, folder.paths()).stream().toList();
    return new Scans(cases, new Warnings(new TreeMap<>(leftOut), notes));
  }

  private static VolumeFolder volumes(Path input, Map<Path, String> leftOut) {
    if (!Files.isDirectory(input) || VolumeFile.of(input).isPresent()) {
      if (!Files.exists(input) || !(Files.isRegularFile(input) || Files.isDirectory(input))) {
        throw new InputException(input, "no such file or folder");
      }
      return new VolumeFolder(
          input.toAbsolutePath().getParent(), List.of(VolumeFile.require(input)));
    }
    VolumeFolder folder = VolumeFolder.list(input, leftOut);
    if (folder.volumes().isEmpty()) {
      String others =
          leftOut.isEmpty()
              ? ""
              : "; " + new Warnings(new TreeMap<>(leftOut), List.of()).lines().getFirst();
      throw new InputException(
          input, "holds no %s file%s".formatted(VolumeFormats.describeEndings(), others));
    }
    return folder;
  }
}
