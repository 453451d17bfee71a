package org.onelabel.volumes.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What a run works on: one template with its label, a pool of which few or none are labelled, and
 * cases to validate on and to test on. No two cases have one name or one file.
 *
 * @param images what is known of the image files; their naming is {@link Naming#PLAIN} or {@link
 *     Naming#SUFFIXED}
 * @param structures names of classes 1, 2, …; class 0 is the background
 * @param structuresFrom the file that says how many structures there are: dataset.json, or the
 *     template's label
 * @param warnings what was left out or taken otherwise than it is called
 */
public record Dataset(
    String name,
    ImageFiles images,
    List<String> structures,
    Path structuresFrom,
    CaseSets cases,
    Warnings warnings) {

  public Dataset {
    structures = List.copyOf(structures);
  }

  /** The folder that all of its cases lie in. */
  public Path folder() {
    return template().images().getFirst().toAbsolutePath().normalize().getParent().getParent();
  }

  /** Classes with the background. */
  public int classes() {
    return structures.size() + 1;
  }

  /** How the image files are called. */
  public Naming naming() {
    return images.naming();
  }

  /** Channels of every scan, where they are known; else all have as many as the template. */
  public OptionalInt channels() {
    return images.channels();
  }

  /** What the channels are called; empty where they have no names. */
  public List<String> modalities() {
    return images.modalities();
  }

  /** The case whose label is learnt from. */
  public Case template() {
    return cases.template();
  }

  /** Cases of the pool whose label is learnt from as well; each is one of the pool, by its id. */
  public List<Case> trusted() {
    return cases.trusted();
  }

  /** The pool. */
  public List<Case> unlabelled() {
    return cases.unlabelled();
  }

  /** The cases to choose a round by. */
  public List<Case> validation() {
    return cases.validation();
  }

  /** The cases to measure at the end. */
  public List<Case> test() {
    return cases.test();
  }

  /** All cases: the template, the pool, those to validate on, those to test on. */
  public List<Case> all() {
    return Stream.of(List.of(template()), unlabelled(), validation(), test())
        .flatMap(List::stream)
        .toList();
  }

  /** The same with corrected labels of scans of the pool, as {@link CaseSets#withCorrected}. */
  public Dataset withCorrected(List<Case> corrected) {
    return new Dataset(
        name, images, structures, structuresFrom, cases.withCorrected(corrected), warnings);
  }
}
