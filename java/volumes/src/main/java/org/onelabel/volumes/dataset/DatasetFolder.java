package org.onelabel.volumes.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.FileIdentity;

/**
 * Finds the cases of a dataset on disk. Three layouts:
 *
 * <ul>
 *   <li>folders: {@code imagesTr labelsTr} the template, {@code imagesUn} the pool, {@code
 *       imagesVal labelsVal}, {@code imagesTs labelsTs}; {@code labelsUnHidden} only measures
 *   <li>nnU-Net v2 and Medical Segmentation Decathlon: {@code imagesTr labelsTr imagesTs}; the one
 *       case with a label is the template (or the one named), the others the pool
 *   <li>published: {@code train.txt val.txt test.txt}, or {@code .list}, with one id a line and
 *       {@code data/<id>.h5}; the first of train is the template
 * </ul>
 *
 * Every file that looks like a volume is one of a case, or in {@link Dataset#warnings}; where that
 * cannot be, the dataset is refused.
 */
public final class DatasetFolder {
  /** Folders of images with those of their labels: template, pool, validation, test. */
  private static final List<List<String>> SETS =
      List.of(
          List.of("imagesTr", "labelsTr"),
          List.of("imagesUn", "labelsUnHidden"),
          List.of("imagesVal", "labelsVal"),
          List.of("imagesTs", "labelsTs"));

  private static final String DATA = "data";

  private final Path folder;
  private final Optional<String> template;
  private final DatasetDescription description;
  private final Map<Path, String> leftOut = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();

  private DatasetFolder(Path folder, Optional<String> template) {
    this.folder = folder;
    this.template = template;
    description = DatasetDescription.read(folder.resolve("dataset.json"));
  }

  /** Opens the dataset in {@code folder}, whose files say how they are called. */
  public static Dataset open(Path folder, Optional<String> template) {
    return open(folder, template, Naming.AUTO);
  }

  /**
   * Opens the dataset in {@code folder}.
   *
   * @param template the id of the template where several cases have a label; their labels then only
   *     measure
   * @param naming how its image files are called
   */
  public static Dataset open(Path folder, Optional<String> template, Naming naming) {
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder, "no such folder");
    }
    if (list(folder, "train").isPresent()) {
      return new DatasetFolder(folder, template).published();
    }
    if (Files.isDirectory(folder.resolve("imagesTr"))) {
      return new DatasetFolder(folder, template).folders(naming);
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
    Set<String> inside = SETS.stream().flatMap(List::stream).collect(Collectors.toSet());
    for (Path at = absolute; at != null && at.getParent() != null; at = at.getParent()) {
      Path parent = at.getParent();
      String name = at.getFileName().toString();
      boolean holdsSets = inside.contains(name) && Files.isDirectory(parent.resolve("imagesTr"));
      if (holdsSets || (name.equals(DATA) && list(parent, "train").isPresent())) {
        return Optional.of(parent);
      }
    }
    return Optional.empty();
  }

  private Dataset folders(Naming asked) {
    List<CaseFiles.ImagesAndLabels> sets =
        SETS.stream()
            .map(
                names ->
                    new CaseFiles.ImagesAndLabels(
                        VolumeFolder.list(folder.resolve(names.get(0)), leftOut),
                        VolumeFolder.list(folder.resolve(names.get(1)), leftOut)))
            .toList();
    nameStrangers(SETS.stream().flatMap(List::stream).collect(Collectors.toSet()));
    Naming naming = CaseFiles.ofDataset(asked, description, sets);
    List<Case> training = cases(sets.get(0), naming);
    List<Case> pool = new ArrayList<>(cases(sets.get(1), naming));
    List<Case> validation = cases(sets.get(2), naming);
    List<Case> test = cases(sets.get(3), naming);
    List<Case> labelled = training.stream().filter(c -> c.label().isPresent()).toList();
    if (labelled.isEmpty() && template.isEmpty()) {
      throw new InputException(
          folder,
          "no template: no image in imagesTr has a label of the same name in labelsTr" + found());
    }
    Case chosen = chooseTemplate(labelled);
    training.stream().filter(c -> !c.equals(chosen)).forEach(pool::add);
    OptionalInt channels =
        naming == Naming.SUFFIXED ? OptionalInt.of(chosen.images().size()) : description.channels();
    Stream.of(pool, validation, test).flatMap(List::stream).forEach(c -> requireAlike(chosen, c));
    validation.stream()
        .filter(c -> c.label().isEmpty())
        .forEach(c -> c.images().forEach(f -> leftOut.put(f, "no label to validate on")));
    return dataset(
        naming,
        channels,
        chosen,
        pool,
        validation.stream().filter(c -> c.label().isPresent()).toList(),
        test);
  }

  /** Volumes beside the folders of a dataset, and in others than those. */
  private void nameStrangers(Set<String> known) {
    for (Path entry : VolumeFolder.entries(folder)) {
      String name = entry.getFileName().toString();
      if (known.contains(name) || name.startsWith(".")) {
        continue;
      }
      if (Files.isDirectory(entry)) {
        if (VolumeFolder.holdsVolumes(entry)) {
          leftOut.put(entry, "a folder of no set");
        }
      } else if (VolumeFile.of(entry).isPresent() || VolumeFile.isForeign(entry)) {
        leftOut.put(entry, "in no folder of a set");
      }
    }
  }

  private List<Case> cases(CaseFiles.ImagesAndLabels set, Naming naming) {
    SortedMap<String, List<Path>> images =
        CaseFiles.cases(set.images(), naming, description.channels());
    Map<String, Path> labels =
        CaseFiles.labels(
            images.keySet(),
            set.labels(),
            "no image of this name in " + set.images().folder().getFileName(),
            leftOut,
            notes);
    List<Case> cases = new ArrayList<>();
    images.forEach(
        (id, files) ->
            cases.add(
                new Case(id, files, Optional.ofNullable(labels.get(id)), description.ignored())));
    return cases;
  }

  /** What was left out, behind a reason why the dataset is refused. */
  private String found() {
    return leftOut.isEmpty() ? "" : "; " + warnings().lines().getFirst();
  }

  private Case chooseTemplate(List<Case> labelled) {
    if (template.isPresent()) {
      return labelled.stream()
          .filter(c -> c.id().equals(template.get()))
          .findFirst()
          .orElseThrow(
              () -> new InputException(folder, "no labelled case is named " + template.get()));
    }
    if (labelled.size() > 1) {
      throw new InputException(
          folder,
          "%d templates (%s, %s, …); name one with --set template=ID"
              .formatted(labelled.size(), labelled.get(0).id(), labelled.get(1).id()));
    }
    return labelled.getFirst();
  }

  private static void requireAlike(Case template, Case other) {
    if (other.images().size() != template.images().size()) {
      throw new InputException(
          other.images().getLast(),
          "case %s has %d channels, the template %s has %d"
              .formatted(
                  other.id(), other.images().size(), template.id(), template.images().size()));
    }
  }

  private Dataset dataset(
      Naming naming,
      OptionalInt channels,
      Case chosen,
      List<Case> pool,
      List<Case> validation,
      List<Case> test) {
    if (pool.isEmpty()) {
      throw new InputException(
          folder, "the pool is empty: no unlabelled image beside the template" + found());
    }
    List<Case> all = new ArrayList<>(List.of(chosen));
    Stream.of(pool, validation, test).forEach(all::addAll);
    requireDistinct(all);
    Path label = chosen.label().orElseThrow();
    boolean named = !description.structures().isEmpty();
    return new Dataset(
        description.name().isEmpty()
            ? folder.toAbsolutePath().normalize().getFileName().toString()
            : description.name(),
        naming,
        channels,
        description.modalities(),
        named ? description.structures() : structures(chosen, label),
        named ? description.file() : label,
        chosen,
        pool,
        validation,
        test,
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

  private Dataset published() {
    Path list = list(folder, "train").orElseThrow();
    VolumeFolder data = VolumeFolder.list(folder.resolve(DATA), leftOut);
    nameStrangers(Set.of(DATA));
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
    Case chosen = template.isPresent() ? chooseTemplate(train) : train.getFirst();
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
        .forEach(file -> leftOut.put(file, "in no list"));
    return dataset(
        Naming.PLAIN,
        description.channels(),
        chosen,
        train.stream().filter(c -> !c.equals(chosen)).toList(),
        validation,
        test);
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
    return list(folder, name).map(list -> listed(list, files)).orElse(List.of());
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
                .formatted(id, folder.resolve(DATA).resolve(id + ".h5")));
      }
      CaseFiles.requireId(file, id);
      cases.add(
          new Case(id, List.of(file.path()), Optional.of(file.path()), description.ignored()));
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
