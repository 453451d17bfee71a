package org.onelabel.pipeline.prediction;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.model.Architecture;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Plural;
import org.onelabel.volumes.WorkingGrid;

/**
 * What predicting one scan takes.
 *
 * @param file the grid of the scan
 * @param working the grid the network works on
 * @param windows how many patches of {@code patch} voxels the network is asked for
 * @param bytes of heap that are in use at once, at least; the network's own memory comes on top
 */
public record Demand(Geometry file, Geometry working, int windows, int[] patch, long bytes) {
  private static final long MIB = 1 << 20;
  private static final double GIB = 1 << 30;

  /**
   * Floats a working voxel while components are filtered: two labels with a confidence each, a mask
   * and the number of a component take 15 bytes.
   */
  private static final int FILTERING = 4;

  /** What the heap holds beside what is in use: garbage between two collections. */
  private static final double SLACK = 1.5;

  static Demand of(WorkingGrid grid, SlidingWindow window, Architecture architecture, int beside) {
    Geometry file = grid.source();
    Geometry working = grid.target();
    int[] padded = window.padded(working.shape());
    long channels = architecture.channels();
    long classes = architecture.classes();
    long inFile = file.voxels();
    long inWorking = working.voxels();
    long inPadded = (long) padded[0] * padded[1] * padded[2];
    // Floats: the scan as it was read and normalised; with a sum of each class and of the weights;
    // with the propagated labels and the components of the classes; then the classes, the labels
    // that they are brought back to, and what is held beside them.
    long reading = channels * (inFile + inWorking);
    long predicting = channels * inWorking + (classes + 1) * inPadded;
    long filtering = (channels + classes + FILTERING) * inWorking;
    long answering = classes * inWorking + inFile / 2 + beside * inFile;
    long floats = Math.max(Math.max(reading, predicting), Math.max(filtering, answering));
    return new Demand(
        file, working, window.windows(working.shape()), window.patch(), Float.BYTES * floats);
  }

  /** Refuses a scan, of which {@code image} is a file, that needs more memory than there is. */
  public void requireFits(Path image) {
    long heap = Runtime.getRuntime().maxMemory();
    long machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    requireFits(image, heap, machine);
  }

  /**
   * The same.
   *
   * @param heap bytes that Java may take
   * @param machine bytes of the machine's memory
   */
  void requireFits(Path image, long heap, long machine) {
    if (bytes <= Math.min(heap, machine)) {
      return;
    }
    String why =
        bytes <= machine
            ? "this process may take %d: set ONELABEL_HEAP=%dg, or train"
                .formatted(heap / MIB, (long) Math.ceil(SLACK * bytes / GIB))
            : "the machine has %d: train".formatted(machine / MIB);
    throw new InputException(
        image, "needs %d MiB of memory, %s with a coarser spacing".formatted(bytes / MIB, why));
  }

  @Override
  public String toString() {
    return "%s voxels, %s on the working grid: %s of %s, %d MiB of memory at least"
        .formatted(
            file.describeShape(),
            working.describeShape(),
            Plural.of(windows, "window"),
            Arrays.stream(patch).mapToObj(Integer::toString).collect(Collectors.joining("×")),
            bytes / MIB);
  }
}
