package org.onelabel.pipeline.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.files.Csv;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.file.FileName;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Writes a raw dataset of nnU-Net v2 (its documentation/dataset_format.md): {@code
 * imagesTr/ID_0000.nii.gz}, {@code labelsTr/ID.nii.gz}, {@code dataset.json}; and {@code
 * cases.csv}, which says where each label is from. Channels and label of a case have one header.
 */
final class NnunetFolder {
  private static final String ENDING = ".nii.gz";

  private final Dataset dataset;
  private final List<String> structures;
  private final boolean merged;
  private int channels;
  private boolean ignores;

  /**
   * A folder of which nothing is written.
   *
   * @param structures names of classes 1, 2, … of the run's labels
   * @param merged whether all structures of the dataset are one
   */
  NnunetFolder(Dataset dataset, List<String> structures, boolean merged) {
    this.dataset = dataset;
    this.structures = structures;
    this.merged = merged;
  }

  /** Refuses a folder that holds something, and a file. */
  static void requireFree(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new InputException(folder, "is a file, not a folder");
    }
    try (Stream<Path> content = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
      if (content.findAny().isPresent()) {
        throw new InputException(folder, "is not empty; name another folder");
      }
    } catch (IOException e) {
      throw new InputException(folder, "cannot be listed: " + InputException.firstLine(e), e);
    }
  }

  /** Writes the whole folder, or nothing. */
  void write(Path folder, List<TrainingCase> cases, String run, Progress progress) {
    Path absolute = folder.toAbsolutePath().normalize();
    Path whole = absolute.resolveSibling("." + FileName.of(absolute) + ".part");
    FolderTree.delete(whole);
    List<TrainingCase> used = cases.stream().filter(TrainingCase::used).toList();
    try (Progress.Task task = progress.begin("export", used.size())) {
      for (TrainingCase next : used) {
        write(whole, next);
        task.step(next.id());
      }
      AtomicFile.write(whole.resolve("cases.csv"), table(cases));
      AtomicFile.write(whole.resolve("dataset.json"), Json.pretty(description(used.size(), run)));
      Files.deleteIfExists(absolute);
      Files.move(whole, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new InputException(folder, "cannot be written: " + InputException.firstLine(e), e);
    } finally {
      FolderTree.delete(whole);
    }
  }

  private void write(Path folder, TrainingCase next) {
    Case source = next.source();
    Volume volume = source.readVolume();
    requireChannels(source, volume);
    for (int c = 0; c < channels; c++) {
      Path image = folder.resolve("imagesTr/%s_%04d%s".formatted(source.id(), c, ENDING));
      if (canBeCopied(source, c, volume.geometry())) {
        VolumeFormats.NIFTI.copy(source.images().get(c), image);
      } else {
        VolumeFormats.NIFTI.write(image, new Volume(volume.geometry(), volume.channels().get(c)));
      }
    }
    LabelMap label =
        next.predicted()
            .map(file -> onto(volume.geometry(), file))
            .orElseGet(() -> truth(source, volume.geometry()));
    VolumeFormats.NIFTI.write(folder.resolve("labelsTr/" + source.id() + ENDING), label);
  }

  private void requireChannels(Case source, Volume volume) {
    channels = channels == 0 ? volume.channels().size() : channels;
    if (volume.channels().size() != channels) {
      throw new InputException(
          source.images().getFirst(), "has another number of channels than the template");
    }
  }

  /** Whether a channel has a file of its own that nnU-Net reads, on the very grid of the first. */
  private static boolean canBeCopied(Case source, int channel, Geometry first) {
    if (channel >= source.images().size()) {
      return false;
    }
    Path file = source.images().get(channel);
    if (VolumeFormats.of(file).filter(VolumeFormats.NIFTI::equals).isEmpty()) {
      return false;
    }
    Geometry grid = VolumeFormats.NIFTI.readGeometry(file);
    return VolumeFormats.NIFTI.dimensions(file) == 3
        && grid.sameShape(first)
        && grid.affine().equals(first.affine());
  }

  private static LabelMap onto(Geometry image, Path file) {
    return VolumeFormats.NIFTI
        .readLabels(file)
        .onto(image)
        .orElseThrow(() -> new InputException(file, "does not lie on the grid of its image"));
  }

  /** The template's own label; voxels that nobody looked at have the value behind the last. */
  private LabelMap truth(Case source, Geometry image) {
    LabelMap label = WorkingScan.truth(source, image, merged);
    byte[] values = label.labels().clone();
    for (int i = 0; i < values.length; i++) {
      if (label.array().at(i) == LabelMap.IGNORED) {
        values[i] = (byte) (structures.size() + 1);
        ignores = true;
      }
    }
    return new LabelMap(image, values);
  }

  private Map<String, Object> description(int cases, String run) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int c = 0; c < channels; c++) {
      List<String> known = dataset.modalities();
      names.put(Integer.toString(c), c < known.size() ? known.get(c) : "channel " + c);
    }
    Map<String, Integer> labels = new LinkedHashMap<>();
    labels.put("background", 0);
    for (String structure : structures) {
      labels.put(structure, labels.size());
    }
    if (ignores) {
      labels.put("ignore", labels.size());
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("name", dataset.name());
    all.put(
        "description",
        "One annotated scan; the other labels are those of the onelabel run %s, see cases.csv"
            .formatted(run));
    all.put("channel_names", names);
    all.put("labels", labels);
    all.put("numTraining", cases);
    all.put("file_ending", ENDING);
    return all;
  }

  private static String table(List<TrainingCase> cases) {
    Csv csv = new Csv();
    csv.line("case", "label", "estimated_dice", "used");
    for (TrainingCase next : cases) {
      csv.line(
          new Csv.Quoted(next.id()),
          next.annotated() ? "annotated" : "predicted",
          Csv.number("%.6f", next.estimatedDice()),
          next.used() ? "yes" : "no");
    }
    return csv.toString();
  }
}
