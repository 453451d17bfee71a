package org.onelabel.volumes.dataset;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cases of a dataset by what they are for.
 *
 * @param template the case whose label is learnt from, and whose anatomy the others are compared
 *     with
 * @param trusted further cases whose label is learnt from; each is one of the pool, by its id
 * @param unlabelled the pool: scans without a label, those whose label only measures, and those
 *     that have a trusted one
 * @param validation labelled cases to choose a round by
 * @param test cases to measure at the end
 */
public record CaseSets(
    Case template,
    List<Case> trusted,
    List<Case> unlabelled,
    List<Case> validation,
    List<Case> test) {

  public CaseSets {
    trusted = List.copyOf(trusted);
    unlabelled = List.copyOf(unlabelled);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
    Set<String> pool = unlabelled.stream().map(Case::id).collect(Collectors.toSet());
    trusted.stream()
        .filter(c -> !pool.contains(c.id()) || c.label().isEmpty())
        .findFirst()
        .ifPresent(
            c -> {
              throw new IllegalArgumentException(c.id() + " is no labelled case of the pool");
            });
  }

  /** Cases of which the template's label alone is learnt from. */
  public CaseSets(Case template, List<Case> unlabelled, List<Case> validation, List<Case> test) {
    this(template, List.of(), unlabelled, validation, test);
  }

  /**
   * The same with labels of scans of the pool that somebody corrected: they are learnt from,
   * instead of other trusted labels of these scans.
   *
   * @param corrected each a case of the pool with its corrected label
   */
  public CaseSets withCorrected(List<Case> corrected) {
    Set<String> ids = corrected.stream().map(Case::id).collect(Collectors.toSet());
    List<Case> all =
        Stream.concat(trusted.stream().filter(c -> !ids.contains(c.id())), corrected.stream())
            .sorted(Comparator.comparing(Case::id))
            .toList();
    return new CaseSets(template, all, unlabelled, validation, test);
  }
}
