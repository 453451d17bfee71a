package org.onelabel.volumes.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.onelabel.volumes.InputException;

/** The layout of the published left-atrium data: lists of ids, and an HDF5 file for each. */
final class PublishedLayout {
  /** The folder of the files. */
  static final String DATA = "data";

  private final DatasetDraft draft;

  private PublishedLayout(DatasetDraft draft) {
    this.draft = draft;
  }

  /** Whether a folder is laid out like this. */
  static boolean isIn(Path folder) {
    return list(folder, "train").isPresent();
  }

  static Dataset read(DatasetDraft draft) {
    return new PublishedLayout(draft).read();
  }

  private Dataset read() {
    Path list = list(draft.folder, "train").orElseThrow();
    VolumeFolder data = VolumeFolder.list(draft.folder.resolve(DATA), draft.leftOut);
    draft.nameStrangers(Set.of(DATA));
    Map<String, VolumeFile> files = new LinkedHashMap<>();
    data.volumes().stream()
        .filter(file -> VolumeFile.isHdf5(file.path()))
        .forEach(
            file -> {
              VolumeFile twin = files.putIfAbsent(file.stem(), file);
              if (twin != null) {
                throw new InputException(file.path(), "is the same case as " + twin.name());
              }
            });
    List<Case> train = listed(list, files);
    if (train.isEmpty()) {
      throw new InputException(list, "no template: the list is empty");
    }
    Case chosen = draft.namesTemplate() ? draft.chooseTemplate(train) : train.getFirst();
    List<Case> validation = listed("val", files);
    List<Case> test = listed("test", files);
    Set<Path> used =
        Stream.of(train, validation, test)
            .flatMap(List::stream)
            .flatMap(c -> c.images().stream())
            .collect(Collectors.toSet());
    data.volumes().stream()
        .map(VolumeFile::path)
        .filter(file -> !used.contains(file))
        .forEach(file -> draft.leftOut.put(file, "in no list"));
    return draft.dataset(
        Naming.PLAIN,
        draft.description.channels(),
        new CaseSets(
            chosen, train.stream().filter(c -> !c.equals(chosen)).toList(), validation, test));
  }

  /** The list of a set; empty where there is none. */
  private static Optional<Path> list(Path folder, String name) {
    List<Path> found =
        Stream.of(".txt", ".list")
            .map(ending -> folder.resolve(name + ending))
            .filter(Files::isRegularFile)
            .toList();
    if (found.size() > 1 && !ids(found.get(0)).equals(ids(found.get(1)))) {
      throw new InputException(
          found.get(0), "lists other cases than " + found.get(1).getFileName() + " beside it");
    }
    return found.stream().findFirst();
  }

  private List<Case> listed(String name, Map<String, VolumeFile> files) {
    return list(draft.folder, name).map(list -> listed(list, files)).orElse(List.of());
  }

  private List<Case> listed(Path list, Map<String, VolumeFile> files) {
    List<Case> cases = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (String id : ids(list)) {
      if (!ids.add(id)) {
        throw new InputException(list, "names " + id + " twice");
      }
      VolumeFile file = files.get(id);
      if (file == null) {
        throw new InputException(
            list,
            "names %s, but %s is not there"
                .formatted(id, draft.folder.resolve(DATA).resolve(id + ".h5")));
      }
      CaseFiles.requireId(file, id);
      cases.add(draft.scan(id, List.of(file.path()), Optional.of(file.path())));
    }
    return cases;
  }

  /** The ids of a list: the first field of every line, with or without the file's ending. */
  private static List<String> ids(Path list) {
    try {
      return Files.readAllLines(list).stream()
          .map(line -> line.replace("\uFEFF", "").split(",", 2)[0].strip())
          .filter(id -> !id.isEmpty())
          .map(id -> VolumeFile.isHdf5(Path.of(id)) ? id.substring(0, id.length() - 3) : id)
          .toList();
    } catch (IOException e) {
      throw new InputException(list, "cannot be read: " + e.getMessage(), e);
    }
  }
}
