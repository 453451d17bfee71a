package org.onelabel.pipeline.directory;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureFile;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.files.FileHash;
import org.onelabel.pipeline.files.Json;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Writes the files of a stage into its run. What is written here belongs to it, nothing else.
 * Thread-safe.
 */
public final class Outputs {
  private final RunDirectory run;
  private final Map<String, Optional<FileHash>> files = new ConcurrentSkipListMap<>();

  public Outputs(RunDirectory run) {
    this.run = run;
  }

  /** What was written, by its path in the run. Files are read whose hash is not known. */
  public Map<String, FileHash> hashes() {
    Map<String, FileHash> hashes = new TreeMap<>();
    files.forEach(
        (name, known) ->
            hashes.put(name, known.orElseGet(() -> FileHash.of(run.root().resolve(name)))));
    return hashes;
  }

  /** Says that a file was written. */
  public void add(Path file) {
    files.put(run.name(file), Optional.empty());
  }

  /** Says that files were written elsewhere, by their paths in the run, and what they were then. */
  public void addAll(Map<String, FileHash> written) {
    written.forEach((name, hash) -> files.put(name, Optional.of(hash)));
  }

  public void tensors(Path file, Safetensors tensors) {
    AtomicFile.write(file, tensors::writeTo);
    add(file);
  }

  public void features(Path file, FeatureGrid features) {
    tensors(file, FeatureFile.of(features));
  }

  /** What a round trains with: {@code pseudo-labels} and {@code confidence} of a case. */
  public void pseudoLabel(int round, String id, Geometry geometry, PseudoLabel label) {
    labels(run.map(round, FileKind.PSEUDO_LABELS, id), new LabelMap(geometry, label.labels()));
    volume(run.map(round, FileKind.CONFIDENCE, id), new Volume(geometry, label.confidence()));
  }

  public void labels(Path file, LabelMap labels) {
    VolumeFormats.NIFTI.write(file, labels);
    add(file);
  }

  public void volume(Path file, Volume volume) {
    VolumeFormats.NIFTI.write(file, volume);
    add(file);
  }

  public void text(Path file, String text) {
    AtomicFile.write(file, text);
    add(file);
  }

  public void json(Path file, Object value) {
    Json.write(file, value);
    add(file);
  }
}
