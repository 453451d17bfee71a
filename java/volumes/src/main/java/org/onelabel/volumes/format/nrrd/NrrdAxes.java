package org.onelabel.volumes.format.nrrd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.onelabel.volumes.format.stored.ChannelOrder;
import org.onelabel.volumes.format.stored.StoredFile;
import org.onelabel.volumes.grid.Extent;

/**
 * The three axes of space among those of a NRRD file, and the channels along another one.
 *
 * @param dimension how many axes there are
 * @param spatial which of them are axes of space, fastest first
 */
record NrrdAxes(int dimension, List<Integer> spatial, Extent extent, ChannelOrder channels) {
  private static final int MOST_AXES = 16;

  /** Kinds of axes along which the same quantity is sampled at places. */
  private static final Set<String> PLACES = Set.of("space", "domain", "???", "none");

  /**
   * Along an axis of another kind, or without a direction, lie channels. There is one at most with
   * more than one step.
   */
  static NrrdAxes of(NrrdFields fields) {
    long axes = fields.integer("dimension", fields.require("dimension"));
    if (axes < 1 || axes > MOST_AXES) {
      throw fields.refused("dimension is %d, not 1 to %d".formatted(axes, MOST_AXES));
    }
    int dimension = (int) axes;
    fields.require("sizes");
    List<String> sizes = fields.axes("sizes", dimension).orElseThrow();
    Optional<List<String>> kinds = fields.axes("kinds", dimension);
    Optional<List<String>> steps =
        fields.axes("space directions", dimension).or(() -> fields.axes("spacings", dimension));
    List<Integer> spatial = new ArrayList<>();
    List<Long> lengths = new ArrayList<>();
    long channels = 1;
    long run = 1;
    for (int axis = 0; axis < dimension; axis++) {
      int at = axis;
      long size = fields.integer("sizes", sizes.get(axis));
      if (size < 1) {
        throw fields.refused(
            "axis %d has the size %d; it must be at least 1".formatted(axis, size));
      }
      Optional<String> kind =
          kinds
              .map(all -> all.get(at).toLowerCase(Locale.ROOT))
              .filter(Predicate.not(PLACES::contains));
      boolean still =
          steps
              .map(all -> all.get(at).toLowerCase(Locale.ROOT))
              .filter(NrrdAxes::isNone)
              .isPresent();
      if (kind.isEmpty() && !still) {
        spatial.add(axis);
        lengths.add(size);
      } else if (size != 1) {
        if (channels != 1) {
          throw fields.refused(
              "axis %d (%s) has %d values beside %d along another axis; channels have one axis"
                  .formatted(axis, kind.orElse("without a direction"), size, channels));
        }
        channels = size;
        run = lengths.stream().reduce(1L, (a, b) -> a * b);
      }
    }
    if (spatial.size() != 3) {
      throw fields.refused(
          "has %d axes of space; a volume has 3, and its channels are of the kind list or vector"
              .formatted(spatial.size()));
    }
    Extent extent = extent(fields, lengths);
    return new NrrdAxes(
        dimension,
        List.copyOf(spatial),
        extent,
        ChannelOrder.of(fields.file(), extent, channels, (int) run));
  }

  private static boolean isNone(String step) {
    return step.equals("none") || step.equals("nan");
  }

  private static Extent extent(NrrdFields fields, List<Long> sizes) {
    long voxels = 1;
    for (long size : sizes) {
      voxels = size > StoredFile.MOST_VOXELS ? Long.MAX_VALUE : voxels * size;
      if (voxels > StoredFile.MOST_VOXELS) {
        throw fields.refused(
            "%d×%d×%d voxels are more than %d"
                .formatted(sizes.get(0), sizes.get(1), sizes.get(2), StoredFile.MOST_VOXELS));
      }
    }
    return new Extent(sizes.get(0).intValue(), sizes.get(1).intValue(), sizes.get(2).intValue());
  }

  /** What the header says of where the voxels lie. */
  NrrdSpace spatial(NrrdFields fields) {
    Optional<List<String>> directions = fields.axes("space directions", dimension);
    if (directions.isEmpty()) {
      List<String> spacings =
          fields
              .axes("spacings", dimension)
              .orElseThrow(
                  () ->
                      fields.refused(
                          "tells no voxel sides: it has no space directions and no spacings"));
      return NrrdSpace.ofSpacings(
          spatial.stream()
              .map(axis -> Math.abs(fields.number("spacings", spacings.get(axis))))
              .toList(),
          unit(fields, fields.axes("units", dimension).map(this::ofSpace)));
    }
    String space = fields.get("space").map(NrrdSpace::inFull).orElse("");
    boolean fourth = space.endsWith("-time");
    long spaceDimension =
        fields
            .get("space dimension")
            .map(n -> fields.integer("space dimension", n))
            .orElse(space.isEmpty() ? 0L : fourth ? 4L : 3L);
    if (spaceDimension != 3) {
      throw fields.refused("its space has %d dimensions, not 3".formatted(spaceDimension));
    }
    return new NrrdSpace(
        space,
        spatial.stream()
            .map(axis -> fields.vector("space directions", directions.get().get(axis)))
            .toList(),
        true,
        fields
            .get("space origin")
            .map(origin -> fields.vector("space origin", origin))
            .orElse(NrrdSpace.ZERO),
        unit(fields, fields.axes("space units", 3)));
  }

  private List<String> ofSpace(List<String> ofAxes) {
    return spatial.stream().map(ofAxes::get).toList();
  }

  private static String unit(NrrdFields fields, Optional<List<String>> units) {
    List<String> distinct = units.orElse(List.of("")).stream().distinct().toList();
    if (distinct.size() != 1 || !NrrdSpace.isUnit(distinct.getFirst())) {
      throw fields.refused(
          "its lengths are in %s; mm, cm, m and um are read"
              .formatted(String.join(", ", distinct)));
    }
    return distinct.getFirst();
  }
}
