package org.onelabel.volumes.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Folders of any names: each is read so that every file is accounted for, or refused by name. One
 * whose oddities are harmless is read, with the cases it was made of.
 */
class RandomDatasetsTest {
  private static final int FOLDERS = 2000;
  private static final List<String> LOOK_LIKE_VOLUMES =
      List.of(".nii", ".nii.gz", ".h5", ".nrrd", ".mha", ".dcm", ".mgz", ".npz", ".hdr", ".img");
  private static final String[] IDS = {
    "case%d", "amos_%04d", "scan_%03d_v1.2", "sub-%02d.ses 1_é", "数据%d", "x_00%d0_y"
  };

  @TempDir private static Path folder;
  private static byte[] image;
  private static byte[] label;

  @BeforeAll
  static void makeFiles() throws IOException {
    Geometry grid = Geometry.of(2, 1, 1, Affine.ofSpacing(1, 1, 1));
    Path file = folder.resolve("made.nii");
    VolumeFormats.NIFTI.write(file, new Volume(grid, new float[] {1, 2}));
    image = Files.readAllBytes(file);
    VolumeFormats.NIFTI.write(file, new LabelMap(grid, new byte[] {0, 1}));
    label = Files.readAllBytes(file);
    Files.delete(file);
  }

  /** A dataset as it should be, then with some oddities. */
  private static final class Making {
    final Path root;
    final Random random;
    final boolean suffixed;
    final int channels;
    final Set<String> cases = new TreeSet<>();
    boolean harmful;

    Making(Path root, long seed) throws IOException {
      this.root = root;
      random = new Random(seed);
      suffixed = random.nextBoolean();
      channels = suffixed ? 1 + random.nextInt(3) : 1;
      String pattern = IDS[random.nextInt(IDS.length)];
      // Whole names may begin at 0000; with channels such names would be ID_0000_0000.
      int next = random.nextInt(3);
      int[] counts = {1 + random.nextInt(3), 1 + random.nextInt(3), random.nextInt(3), 1};
      String[][] sets = {
        {"imagesTr", "labelsTr"},
        {"imagesUn", "labelsUnHidden"},
        {"imagesVal", "labelsVal"},
        {"imagesTs", "labelsTs"}
      };
      for (int s = 0; s < sets.length; s++) {
        for (int i = 0; i < counts[s]; i++) {
          String id = pattern.formatted(next++);
          cases.add(id);
          for (int c = 0; c < channels; c++) {
            String name = suffixed ? "%s_%04d".formatted(id, c) : id;
            write(sets[s][0] + "/" + name + ending(), image);
          }
          boolean labelled = s == 0 ? i == 0 : s == 2 || random.nextBoolean();
          if (labelled) {
            write(sets[s][1] + "/" + id + ending(), label);
          }
        }
      }
      describe();
      for (int i = random.nextInt(4); i > 0; i--) {
        oddity();
      }
    }

    private void describe() throws IOException {
      String names =
          IntStream.range(0, channels)
              .mapToObj(c -> "\"%d\": \"channel %d\"".formatted(c, c))
              .collect(Collectors.joining(", ", "{", "}"));
      String labels = "\"labels\": {\"background\": 0, \"a\": 1}";
      switch (random.nextInt(4)) {
        case 0 -> {}
        case 1 -> write("dataset.json", "{%s}".formatted(labels).getBytes(StandardCharsets.UTF_8));
        case 2 ->
            write(
                "dataset.json",
                "{\"modality\": %s}".formatted(names).getBytes(StandardCharsets.UTF_8));
        default -> {
          String key = suffixed ? "channel_names" : "modality";
          write(
              "dataset.json",
              "{\"%s\": %s, %s}".formatted(key, names, labels).getBytes(StandardCharsets.UTF_8));
        }
      }
    }

    private String ending() {
      return List.of(".nii.gz", ".nii.gz", ".nii", ".NII.GZ", ".Nii").get(random.nextInt(5));
    }

    private void write(String name, byte[] bytes) throws IOException {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    }

    private void oddity() throws IOException {
      List<Path> volumes = volumes(root);
      Path any = volumes.get(random.nextInt(volumes.size()));
      String name = any.getFileName().toString();
      boolean inRoot = any.getParent().equals(root);
      switch (random.nextInt(16)) {
        case 0 -> write("imagesUn/._" + name, image);
        case 1 -> write("imagesTr/.DS_Store", image);
        case 2 -> write("imagesTs/other.mgz", image);
        case 3 -> write("labelsTr/IM0001.DCM", image);
        case 4 -> write("imagesUn/below/" + name, image);
        case 5 -> write("labelsVal/stranger.nii", label);
        case 6 -> write(name, image);
        case 7 -> write("imagesOther/" + name, image);
        case 8 -> write("imagesTr/notes.txt", image);
        case 9 -> link("imagesTs/gone.nii.gz");
        default -> {
          harmful = true;
          switch (random.nextInt(8)) {
            case 0 -> Files.deleteIfExists(any);
            case 1 -> {
              Files.deleteIfExists(any);
              link(root.relativize(any).toString());
            }
            case 2 -> rename(any, "moved_0003" + ending());
            case 3 -> rename(any, name.replaceFirst("_0000", ""));
            case 4 -> {
              if (!inRoot) {
                write(root.relativize(any.resolveSibling(name + ".nii")).toString(), image);
                write(root.relativize(any.resolveSibling(name + ".NII")).toString(), image);
              }
            }
            case 5 -> write("imagesTs/" + name, image);
            case 6 -> rename(any, name.replaceFirst("(?i)\\.nii", "_0000.nii"));
            default -> rename(any, name.replaceFirst("(?i)\\.nii(\\.gz)?", ".h5"));
          }
        }
      }
    }

    private void rename(Path file, String name) throws IOException {
      Path target = file.resolveSibling(name);
      if (!Files.exists(target) && Files.exists(file)) {
        Files.move(file, target);
      }
    }

    private void link(String name) throws IOException {
      Path link = root.resolve(name);
      if (!Files.exists(link) && !Files.isSymbolicLink(link)) {
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, root.resolve("no such file"));
      }
    }
  }

  private static List<Path> volumes(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> !Files.isDirectory(file))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(
              file -> {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                return LOOK_LIKE_VOLUMES.stream().anyMatch(name::endsWith);
              })
          .sorted()
          .toList();
    }
  }

  private static List<Case> all(Dataset dataset) {
    List<Case> all = new ArrayList<>(List.of(dataset.template()));
    Stream.of(dataset.unlabelled(), dataset.validation(), dataset.test()).forEach(all::addAll);
    return all;
  }

  /** Every file is of a case once, or named, itself or the folder it lies in. */
  private static void assertAccountedFor(Path root, Dataset dataset) throws IOException {
    Set<Path> used = new HashSet<>();
    for (Case c : all(dataset)) {
      for (Path file : c.images()) {
        assertTrue(used.add(file), file + " is used twice");
      }
      c.label().ifPresent(file -> assertTrue(used.add(file), file + " is used twice"));
    }
    String said = String.join("\n", dataset.warnings().lines());
    for (Path file : volumes(root)) {
      if (!used.contains(file)) {
        Path named = file;
        while (!dataset.warnings().leftOut().containsKey(named)) {
          named = named.getParent();
          assertTrue(named.startsWith(root) && !named.equals(root), file + " is left out: " + said);
        }
      }
    }
  }

  private static void assertConsistent(Dataset dataset) {
    Set<String> ids = new HashSet<>();
    for (Case c : all(dataset)) {
      assertTrue(ids.add(c.id()), c.id() + " is there twice");
      assertEquals(dataset.template().images().size(), c.images().size(), c.id());
    }
  }

  @Test
  void everyFileIsAccountedForOrTheFolderIsRefusedByName() throws IOException {
    Map<String, Integer> outcomes = new LinkedHashMap<>();
    for (int i = 0; i < FOLDERS; i++) {
      Path root = Files.createDirectory(folder.resolve("dataset" + i));
      Making making = new Making(root, i);
      try {
        Dataset dataset = DatasetFolder.open(root, Optional.empty());
        assertAccountedFor(root, dataset);
        assertConsistent(dataset);
        if (!making.harmful) {
          assertEquals(
              making.cases,
              all(dataset).stream().map(Case::id).collect(Collectors.toCollection(TreeSet::new)),
              "dataset " + i);
        }
        outcomes.merge(
            dataset.warnings().lines().isEmpty() ? "read" : "read, named", 1, Integer::sum);
      } catch (InputException e) {
        assertTrue(making.harmful, i + " is refused: " + e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertTrue(e.getMessage().startsWith(root.toString()), e.getMessage());
        outcomes.merge("refused", 1, Integer::sum);
      }
      delete(root);
    }
    System.out.println(FOLDERS + " random datasets: " + outcomes);
    assertEquals(Set.of("read", "read, named", "refused"), outcomes.keySet());
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
