package org.onelabel.volumes.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a run works on: one template with its label, a pool without labels, and cases to validate on
 * and to test on. No two cases have one name or one file.
 *
 * @param naming of the image files, {@link Naming#PLAIN} or {@link Naming#SUFFIXED}
 * @param channels of every scan, where the files' names or dataset.json tell; else all have as many
 *     as the template
 * @param modalities what dataset.json calls the channels, such as {@code CT}; empty where it does
 *     not
 * @param structures names of classes 1, 2, …; class 0 is the background
 * @param structuresFrom the file that says how many structures there are: dataset.json, or the
 *     template's label
 * @param warnings what was left out or taken otherwise than it is called
 */
public record Dataset(
    String name,
    Naming naming,
    OptionalInt channels,
    List<String> modalities,
    List<String> structures,
    Path structuresFrom,
    Case template,
    List<Case> unlabelled,
    List<Case> validation,
    List<Case> test,
    Warnings warnings) {

  public Dataset {
    modalities = List.copyOf(modalities);
    structures = List.copyOf(structures);
    unlabelled = List.copyOf(unlabelled);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
  }

  /** Classes with the background. */
  public int classes() {
    return structures.size() + 1;
  }
}
