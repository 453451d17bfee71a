package org.onelabel.volumes.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Plural;

/** The layout with a folder of images and one of labels for each set: nnU-Net's and alike. */
final class FolderLayout {
  /** Folders of images with those of their labels: template, pool, validation, test. */
  private static final List<List<String>> SETS =
      List.of(
          List.of("imagesTr", "labelsTr"),
          List.of("imagesUn", "labelsUnHidden"),
          List.of("imagesVal", "labelsVal"),
          List.of("imagesTs", "labelsTs"));

  private final DatasetDraft draft;

  private FolderLayout(DatasetDraft draft) {
    this.draft = draft;
  }

  /** The names of all its folders. */
  static Set<String> folders() {
    return SETS.stream().flatMap(List::stream).collect(Collectors.toSet());
  }

  /** Whether a folder is laid out like this. */
  static boolean isIn(Path folder) {
    return Files.isDirectory(folder.resolve("imagesTr"));
  }

  /**
   * Reads the dataset.
   *
   * @param asked how its image files are called
   */
  static Dataset read(DatasetDraft draft, Naming asked) {
    return new FolderLayout(draft).read(asked);
  }

  private Dataset read(Naming asked) {
    List<CaseFiles.ImagesAndLabels> sets =
        SETS.stream()
            .map(
                names ->
                    new CaseFiles.ImagesAndLabels(
                        VolumeFolder.list(draft.folder.resolve(names.get(0)), draft.leftOut),
                        VolumeFolder.list(draft.folder.resolve(names.get(1)), draft.leftOut)))
            .toList();
    draft.nameStrangers(folders());
    Naming naming = CaseFiles.ofDataset(asked, draft.description, sets);
    List<Case> training = cases(sets.get(0), naming);
    List<Case> pool = new ArrayList<>(cases(sets.get(1), naming));
    List<Case> validation = cases(sets.get(2), naming);
    List<Case> test = cases(sets.get(3), naming);
    List<Case> labelled = training.stream().filter(c -> c.label().isPresent()).toList();
    if (labelled.isEmpty() && !draft.namesTemplate()) {
      throw new InputException(
          draft.folder,
          "no template: no image in imagesTr has a label of the same name in labelsTr"
              + draft.found());
    }
    Case chosen = draft.chooseTemplate(labelled);
    List<Case> trusted =
        draft.namesTemplate()
            ? List.of()
            : labelled.stream().filter(c -> !c.equals(chosen)).toList();
    if (!trusted.isEmpty()) {
      draft.notes.add(
          "%d cases of imagesTr are labelled, and all are learnt from; %s is the template"
              .formatted(trusted.size() + 1, chosen.id()));
    }
    training.stream().filter(c -> !c.equals(chosen)).forEach(pool::add);
    OptionalInt channels =
        naming == Naming.SUFFIXED
            ? OptionalInt.of(chosen.images().size())
            : draft.description.channels();
    Stream.of(pool, validation, test).flatMap(List::stream).forEach(c -> requireAlike(chosen, c));
    validation.stream()
        .filter(c -> c.label().isEmpty())
        .forEach(c -> c.images().forEach(f -> draft.leftOut.put(f, "no label to validate on")));
    return draft.dataset(
        naming,
        channels,
        new CaseSets(
            chosen,
            trusted,
            pool,
            validation.stream().filter(c -> c.label().isPresent()).toList(),
            test));
  }

  private List<Case> cases(CaseFiles.ImagesAndLabels set, Naming naming) {
    SortedMap<String, List<Path>> images =
        CaseFiles.cases(set.images(), naming, draft.description.channels());
    Map<String, Path> labels =
        CaseFiles.labels(
            images.keySet(),
            set.labels(),
            "no image of this name in " + set.images().folder().getFileName(),
            draft.leftOut,
            draft.notes);
    List<Case> cases = new ArrayList<>();
    images.forEach(
        (id, files) -> cases.add(draft.scan(id, files, Optional.ofNullable(labels.get(id)))));
    return cases;
  }

  private static void requireAlike(Case template, Case other) {
    if (other.images().size() != template.images().size()) {
      throw new InputException(
          other.images().getLast(),
          "case %s has %s, the template %s has %d"
              .formatted(
                  other.id(),
                  Plural.of(other.images().size(), "channel"),
                  template.id(),
                  template.images().size()));
    }
  }
}
