package org.onelabel.volumes.dataset;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Plural;

/**
 * Decides what a case is called and which files are its channels and its label. {@code _0000} is a
 * channel only where the dataset's own naming says so; what is ambiguous is refused.
 */
final class CaseFiles {
  private static final String FIRST_CHANNEL = "_0000";
  private static final String PLAIN_HINT =
      "; --naming plain takes whole file names for names of cases";
  // With an ending and the mark of an unfinished file it must fit the 255 bytes of a file's name.
  private static final int LONGEST_ID = 200;

  /** A folder of images and one of their labels. */
  record ImagesAndLabels(VolumeFolder images, VolumeFolder labels) {}

  private CaseFiles() {}

  /**
   * The naming of a dataset: what was asked for, else what dataset.json says, else the one under
   * which the labels, which never have channels, are called like their images.
   */
  static Naming ofDataset(
      Naming asked, DatasetDescription description, List<ImagesAndLabels> sets) {
    if (asked != Naming.AUTO) {
      return asked;
    }
    if (description.naming() != Naming.AUTO) {
      return description.naming();
    }
    List<VolumeFile> whole = new ArrayList<>();
    List<VolumeFile> suffixed = new ArrayList<>();
    for (ImagesAndLabels set : sets) {
      Set<String> images = stems(set.images.volumes());
      for (VolumeFile label : set.labels.volumes()) {
        if (images.contains(label.stem())) {
          whole.add(label);
        }
        if (images.contains(label.stem() + FIRST_CHANNEL)) {
          suffixed.add(label);
        }
      }
    }
    if (suffixed.isEmpty()) {
      refuseChannels(whole, sets);
      return Naming.PLAIN;
    }
    return whole.stream()
        .filter(label -> !label.stem().endsWith(FIRST_CHANNEL))
        .findFirst()
        .map(
            label -> {
              VolumeFile other = suffixed.getFirst();
              return refused(
                  label.path(),
                  "is called like its image, but %s like an image without %s: which is it? Say"
                          .formatted(other.path(), FIRST_CHANNEL)
                      + " --naming plain or --naming suffixed");
            })
        .orElse(Naming.SUFFIXED);
  }

  /**
   * The naming of scans without labels.
   *
   * @param asked what the user says
   * @param own what is known of files like these
   */
  static Naming ofScans(Naming asked, ImageFiles own, List<VolumeFile> scans) {
    if (asked != Naming.AUTO) {
      return asked;
    }
    if (scans.stream().noneMatch(scan -> scan.stem().endsWith(FIRST_CHANNEL))) {
      return Naming.PLAIN;
    }
    int files = own.channels().orElse(1);
    boolean complete = isComplete(scans, files);
    if (complete && files > 1) {
      return Naming.SUFFIXED;
    }
    if (own.naming() != Naming.AUTO) {
      return own.naming();
    }
    if (complete) {
      return Naming.SUFFIXED;
    }
    VolumeFile odd =
        scans.stream()
            .filter(s -> s.channel().isEmpty() || s.channel().getAsInt() >= files)
            .findFirst()
            .orElse(scans.getFirst());
    VolumeFile first =
        scans.stream().filter(s -> s.stem().endsWith(FIRST_CHANNEL)).findFirst().orElseThrow();
    return refused(
        odd.path(),
        ("stands beside %s: names of cases or channels of one? Say --naming plain (a file is a"
                + " case) or --naming suffixed (ID_0000 is channel 0 of ID)")
            .formatted(first.name()));
  }

  /**
   * Refuses labels that are called like the first of several channels where all images look like
   * channels: each of two cases or more has the same ones.
   */
  private static void refuseChannels(List<VolumeFile> labels, List<ImagesAndLabels> sets) {
    List<VolumeFile> images = sets.stream().flatMap(set -> set.images.volumes().stream()).toList();
    long cases = images.stream().map(VolumeFile::withoutChannel).distinct().count();
    boolean channels =
        cases > 1 && images.size() > cases && isComplete(images, (int) (images.size() / cases));
    boolean called = labels.stream().allMatch(label -> label.stem().endsWith(FIRST_CHANNEL));
    if (channels && called && !labels.isEmpty()) {
      throw new InputException(
          labels.getFirst().path(),
          "every image looks like one of %d channels, but labels are called like images: say"
                  .formatted(images.size() / cases)
              + " --naming suffixed (ID_0000 is channel 0 of ID) or --naming plain (a file is a"
              + " case)");
    }
  }

  /** Whether every scan ends in a channel and every case has exactly channels 0…files−1. */
  private static boolean isComplete(List<VolumeFile> scans, int files) {
    return scans.stream().allMatch(scan -> scan.channel().isPresent())
        && scans.stream()
            .collect(
                Collectors.groupingBy(
                    VolumeFile::withoutChannel,
                    Collectors.mapping(
                        scan -> scan.channel().getAsInt(), Collectors.toCollection(HashSet::new))))
            .values()
            .stream()
            .allMatch(
                found ->
                    found.size() == files && found.stream().allMatch(channel -> channel < files));
  }

  /**
   * The files of every case, in the order of their channels.
   *
   * @param channels of every case, where they are known
   */
  static SortedMap<String, List<Path>> cases(
      VolumeFolder folder, Naming naming, OptionalInt channels) {
    SortedMap<String, NavigableMap<Integer, VolumeFile>> found = new TreeMap<>();
    for (VolumeFile file : folder.volumes()) {
      if (naming == Naming.SUFFIXED && file.channel().isEmpty()) {
        throw new InputException(
            file.path(), "does not end in a channel, as ID" + FIRST_CHANNEL + " does" + PLAIN_HINT);
      }
      String id = requireId(file, naming == Naming.SUFFIXED ? file.withoutChannel() : file.stem());
      int channel = naming == Naming.SUFFIXED ? file.channel().getAsInt() : 0;
      VolumeFile twin = found.computeIfAbsent(id, _ -> new TreeMap<>()).putIfAbsent(channel, file);
      if (twin != null) {
        throw new InputException(file.path(), "is the same case and channel as " + twin.name());
      }
    }
    SortedMap<String, List<Path>> cases = new TreeMap<>();
    found.forEach(
        (id, files) -> {
          if (naming == Naming.SUFFIXED) {
            requireChannels(folder.folder(), id, files, channels.orElse(files.size()));
          }
          cases.put(id, files.values().stream().map(VolumeFile::path).toList());
        });
    return cases;
  }

  private static void requireChannels(
      Path folder, String id, NavigableMap<Integer, VolumeFile> files, int channels) {
    for (int c = 0; c < channels; c++) {
      if (!files.containsKey(c)) {
        throw new InputException(
            folder,
            "case %s misses channel %d (a file %s_%04d…), it has %s"
                    .formatted(id, c, id, c, names(files.values()))
                + PLAIN_HINT);
      }
    }
    if (files.size() > channels) {
      Map.Entry<Integer, VolumeFile> extra = files.higherEntry(channels - 1);
      throw new InputException(
          extra.getValue().path(),
          "is channel %d of case %s, but a case has %s"
                  .formatted(extra.getKey(), id, Plural.of(channels, "channel"))
              + PLAIN_HINT);
    }
  }

  /** Refuses what cannot name a result's file. */
  static String requireId(VolumeFile file, String id) {
    boolean safe =
        !id.isBlank()
            && !id.startsWith(".")
            && id.codePoints().noneMatch(c -> Character.isISOControl(c) || c == '/' || c == '\\');
    if (!safe || id.getBytes(StandardCharsets.UTF_8).length > LONGEST_ID) {
      throw new InputException(
          file.path(),
          "gives no name for a case: it must have 1…%d bytes, no control character, / or \\"
              .formatted(LONGEST_ID));
    }
    return id;
  }

  /**
   * The label file of every case that has one. A label is called like its case; where none is, one
   * with the first channel's suffix is taken for it, and noted.
   *
   * @param leftOut takes labels without a case, with {@code reason}
   */
  static Map<String, Path> labels(
      Collection<String> ids,
      VolumeFolder folder,
      String reason,
      Map<Path, String> leftOut,
      List<String> notes) {
    Map<String, VolumeFile> named = byStem(folder);
    Map<String, Path> labels = new TreeMap<>();
    named.forEach(
        (stem, file) -> {
          String id = stem;
          if (!ids.contains(stem) && stem.endsWith(FIRST_CHANNEL)) {
            id = file.withoutChannel();
            if (ids.contains(id)) {
              if (named.containsKey(id)) {
                throw new InputException(
                    file.path(),
                    "is a label of case " + id + ", as " + named.get(id).name() + " is");
              }
              notes.add("%s is taken for the label of %s".formatted(file.path(), id));
            }
          }
          if (ids.contains(id)) {
            labels.put(id, file.path());
          } else {
            leftOut.put(file.path(), reason);
          }
        });
    return labels;
  }

  /** Label files by their stems. Two of one case are refused. */
  static SortedMap<String, VolumeFile> byStem(VolumeFolder folder) {
    SortedMap<String, VolumeFile> named = new TreeMap<>();
    for (VolumeFile file : folder.volumes()) {
      VolumeFile twin = named.putIfAbsent(file.stem(), file);
      if (twin != null) {
        throw new InputException(file.path(), "is the label of the same case as " + twin.name());
      }
    }
    return named;
  }

  private static Set<String> stems(List<VolumeFile> files) {
    return files.stream().map(VolumeFile::stem).collect(Collectors.toSet());
  }

  private static String names(Collection<VolumeFile> files) {
    return String.join(", ", files.stream().limit(6).map(VolumeFile::name).toList());
  }

  private static Naming refused(Path file, String cause) {
    throw new InputException(file, cause);
  }
}
