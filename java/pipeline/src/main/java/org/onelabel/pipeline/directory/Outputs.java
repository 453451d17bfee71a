package org.onelabel.pipeline.directory;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureFile;
import org.onelabel.pipeline.features.FeatureGrid;
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
  private final Set<String> names = new ConcurrentSkipListSet<>();

  public Outputs(RunDirectory run) {
    this.run = run;
  }

  /** What was written, by its path in the run. */
  public Set<String> names() {
    return Set.copyOf(names);
  }

  /** Says that a file was written. */
  public void add(Path file) {
    names.add(run.name(file));
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
