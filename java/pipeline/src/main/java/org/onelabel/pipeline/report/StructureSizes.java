package org.onelabel.pipeline.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.volumes.LabelMap;

/**
 * What structures take in millilitres, and which are unlike those of the other volumes.
 *
 * @param structures names of classes 1, 2, …
 * @param template with the label that a person drew
 * @param volumes with the labels of the run, those with something unusual first
 * @param usual of each structure, among these volumes
 */
record StructureSizes(
    List<String> structures, Sized template, List<Sized> volumes, List<Fences> usual) {
  private static final int SIGNIFICANT = 3;

  /**
   * What the structures of a volume take.
   *
   * @param set what it is to the run
   */
  record Sized(String set, String id, List<Double> millilitres) {

    static Sized of(String set, String id, LabelMap labels, int structures) {
      double voxel = labels.geometry().voxelMillilitres();
      long[] counts = labels.counts(structures + 1);
      return new Sized(
          set, id, IntStream.rangeClosed(1, structures).mapToObj(s -> counts[s] * voxel).toList());
    }
  }

  static StructureSizes of(List<String> structures, Sized template, List<Sized> volumes) {
    List<Fences> usual =
        IntStream.range(0, structures.size())
            .mapToObj(s -> Fences.of(volumes.stream().map(v -> v.millilitres.get(s)).toList()))
            .toList();
    StructureSizes unsorted = new StructureSizes(structures, template, volumes, usual);
    return new StructureSizes(
        structures,
        template,
        volumes.stream()
            .sorted(Comparator.comparing(volume -> unsorted.unusual(volume).findAny().isEmpty()))
            .toList(),
        usual);
  }

  /** The template, then the volumes. */
  List<Sized> all() {
    return Stream.concat(Stream.of(template), volumes.stream()).toList();
  }

  /** How a structure of a volume is unlike the others, in a word; empty where it is like them. */
  Optional<String> mark(Sized volume, int structure) {
    return usual.get(structure).mark(volume.millilitres.get(structure));
  }

  private Stream<String> unusual(Sized volume) {
    return IntStream.range(0, structures.size())
        .boxed()
        .flatMap(s -> mark(volume, s).map(mark -> structures.get(s) + " " + mark).stream());
  }

  /** Each volume with something unusual, and what that is. */
  List<String> unusual() {
    return volumes.stream()
        .flatMap(
            volume ->
                unusual(volume)
                    .reduce((one, other) -> one + ", " + other)
                    .map(what -> "%s (%s)".formatted(volume.id, what))
                    .stream())
        .toList();
  }

  /** Millilitres with three digits that count. */
  static String text(double millilitres) {
    int before = millilitres > 0 ? (int) Math.floor(Math.log10(millilitres)) + 1 : 1;
    return Spread.number(millilitres, Math.max(0, SIGNIFICANT - before));
  }
}
