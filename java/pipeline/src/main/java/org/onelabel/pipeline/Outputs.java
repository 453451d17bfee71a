package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.volumes.AtomicFile;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.NiftiFile;
import org.onelabel.volumes.Volume;

/** Writes the files of a stage into its run. What is written here belongs to it, nothing else. */
final class Outputs {
  private final RunDirectory run;
  private final Set<String> names = new TreeSet<>();

  Outputs(RunDirectory run) {
    this.run = run;
  }

  /** What was written, by its path in the run. */
  Set<String> names() {
    return Set.copyOf(names);
  }

  /** Says that a file was written. */
  void add(Path file) {
    names.add(run.name(file));
  }

  void tensors(Path file, Safetensors tensors) {
    AtomicFile.write(file, tensors::writeTo);
    add(file);
  }

  void features(Path file, FeatureGrid features) {
    tensors(file, FeatureFile.of(features));
  }

  /** What a round trains with: {@code pseudo-labels} and {@code confidence} of a case. */
  void pseudoLabel(int round, String id, Geometry geometry, PseudoLabel label) {
    labels(run.map(round, "pseudo-labels", id), new LabelMap(geometry, label.labels()));
    volume(run.map(round, "confidence", id), new Volume(geometry, label.confidence()));
  }

  void labels(Path file, LabelMap labels) {
    NiftiFile.write(file, labels);
    add(file);
  }

  void volume(Path file, Volume volume) {
    NiftiFile.write(file, volume);
    add(file);
  }

  void text(Path file, String text) {
    AtomicFile.write(file, text);
    add(file);
  }

  void json(Path file, Object value) {
    Json.write(file, value);
    add(file);
  }
}
