package org.onelabel.volumes.dataset;

import java.util.List;

/**
 * The cases of a dataset by what they are for.
 *
 * @param template the one case whose label is learnt from
 * @param unlabelled the pool: scans without a label, and those whose label only measures
 * @param validation labelled cases to choose a round by
 * @param test cases to measure at the end
 */
public record CaseSets(
    Case template, List<Case> unlabelled, List<Case> validation, List<Case> test) {

  public CaseSets {
    unlabelled = List.copyOf(unlabelled);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
  }
}
