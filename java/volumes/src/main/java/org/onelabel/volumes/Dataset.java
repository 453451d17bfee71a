package org.onelabel.volumes;

import java.util.List;

/**
 * What a run works on: one template with its label, a pool without labels, and cases to validate on
 * and to test on. {@code structures} names classes 1, 2, …; class 0 is the background.
 */
public record Dataset(
    String name,
    int channels,
    List<String> structures,
    Case template,
    List<Case> unlabelled,
    List<Case> validation,
    List<Case> test) {

  public Dataset {
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
