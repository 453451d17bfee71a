package org.onelabel.volumes.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.FileIdentity;
import org.onelabel.volumes.file.FileName;

/**
 * A dataset while its cases are being found: what every layout needs to choose a template, to name
 * what was left out, and to check the whole.
 */
final class DatasetDraft {
  final Path folder;
  final DatasetDescription description;
  final Map<Path, String> leftOut = new TreeMap<>();
  final List<String> notes = new ArrayList<>();
  private final Optional<String> template;

  /**
   * A draft of the dataset in {@code folder}.
   *
   * @param template the id of the one template where several cases have a label
   */
  DatasetDraft(Path folder, Optional<String> template) {
    this.folder = folder;
    this.template = template;
    description = DatasetDescription.read(folder.resolve("dataset.json"));
  }

  /** Whether the template is named. */
  boolean namesTemplate() {
    return template.isPresent();
  }

  /** A case of this dataset. */
  Case scan(String id, List<Path> images, Optional<Path> label) {
    return new Case(
        id, images, label, description.ignored(), description.spacing().orElse(ImageFiles.ASSUMED));
  }

  /** Volumes beside the folders of a dataset, and in others than those. */
  void nameStrangers(Set<String> known) {
    for (Path entry : VolumeFolder.entries(folder)) {
      String name = entry.getFileName().toString();
      if (known.contains(name) || name.startsWith(".")) {
        continue;
      }
      if (Files.isDirectory(entry) && VolumeFile.of(entry).isEmpty()) {
        if (VolumeFolder.holdsVolumes(entry)) {
          leftOut.put(entry, "a folder of no set");
        }
      } else if (VolumeFile.of(entry).isPresent() || VolumeFile.isForeign(entry)) {
        leftOut.put(entry, "in no folder of a set");
      }
    }
  }

  /** What was left out, behind a reason why the dataset is refused. */
  String found() {
    return leftOut.isEmpty() ? "" : "; " + warnings().lines().getFirst();
  }

  /** The template that is named, else the first. */
  Case chooseTemplate(List<Case> labelled) {
    if (template.isPresent()) {
      return labelled.stream()
          .filter(c -> c.id().equals(template.get()))
          .findFirst()
          .orElseThrow(
              () -> new InputException(folder, "no labelled case is named " + template.get()));
    }
    return labelled.getFirst();
  }

  /** The dataset of these cases; refused where there is no pool or a case comes twice. */
  Dataset dataset(Naming naming, OptionalInt channels, CaseSets sets) {
    if (sets.unlabelled().isEmpty()) {
      throw new InputException(
          folder, "the pool is empty: no unlabelled image beside the template" + found());
    }
    if (sets.unlabelled().size() == sets.trusted().size()) {
      throw new InputException(
          folder,
          "all %d cases are labelled (%s, %s, …) and would be learnt from: no pool is left; name one template with --set template=ID, the other labels then only measure"
              .formatted(
                  sets.trusted().size() + 1, sets.template().id(), sets.trusted().getFirst().id()));
    }
    List<Case> all = new ArrayList<>(List.of(sets.template()));
    Stream.of(sets.unlabelled(), sets.validation(), sets.test()).forEach(all::addAll);
    requireDistinct(all);
    ImageFiles.note(
            description.spacing(),
            all.stream().flatMap(c -> Stream.concat(c.images().stream(), c.label().stream())))
        .ifPresent(notes::add);
    Path label = sets.template().label().orElseThrow();
    boolean named = !description.structures().isEmpty();
    return new Dataset(
        description.name().isEmpty()
            ? FileName.of(folder.toAbsolutePath().normalize())
            : description.name(),
        new ImageFiles(naming, channels, description.modalities(), description.spacing()),
        named ? description.structures() : structures(sets.template(), label),
        named ? description.file() : label,
        sets,
        warnings());
  }

  private Warnings warnings() {
    return new Warnings(new TreeMap<>(leftOut), notes);
  }

  /** No name twice, because results are called by it, and no file. */
  private static void requireDistinct(List<Case> cases) {
    Map<String, Path> names = new HashMap<>();
    Map<Object, Path> files = new HashMap<>();
    for (Case c : cases) {
      Path twin = names.putIfAbsent(c.id(), c.images().getFirst());
      if (twin != null) {
        throw new InputException(
            c.images().getFirst(), "is case %s, as %s is".formatted(c.id(), twin));
      }
      for (Path file : c.images()) {
        Path same = files.putIfAbsent(FileIdentity.of(file), file);
        if (same != null) {
          throw new InputException(file, "is the same file as " + same);
        }
      }
    }
  }

  private static List<String> structures(Case template, Path label) {
    int highest = template.readLabels(template.readGeometry()).highest();
    if (highest == 0) {
      throw new InputException(label, "the template's label holds no structure");
    }
    return IntStream.rangeClosed(1, highest).mapToObj(i -> "structure " + i).toList();
  }
}
