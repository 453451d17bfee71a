package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.onelabel.pipeline.inference.FurtherOutputs;
import org.onelabel.pipeline.inference.ScanOutput;
import picocli.CommandLine.Option;

/** What a prediction writes besides labels. */
final class FurtherOutputsOption {
  @Option(
      names = "--statistics",
      paramLabel = "FILE.csv",
      description =
          "Writes a line for each structure of each scan: voxels, millilitres, mean intensity,"
              + " connected pieces, estimated Dice.")
  private Optional<Path> statistics;

  @Option(
      names = "--probabilities",
      description =
          "Writes the probabilities of all classes into the folder probabilities beside the labels:"
              + " float32, a 4-D file for each scan, its first frame the background.")
  private boolean probabilities;

  @Option(
      names = "--uncertainty",
      description =
          "Writes the entropy of the probabilities, in nats, into the folder uncertainty beside the"
              + " labels: float32.")
  private boolean uncertainty;

  @Option(
      names = "--preview",
      description =
          "Writes a PNG of each scan into the folder previews beside the labels: three planes"
              + " through the middle of the structures, with their outlines.")
  private boolean preview;

  FurtherOutputs get() {
    Set<ScanOutput> ofScans = EnumSet.noneOf(ScanOutput.class);
    if (probabilities) {
      ofScans.add(ScanOutput.PROBABILITIES);
    }
    if (uncertainty) {
      ofScans.add(ScanOutput.UNCERTAINTY);
    }
    if (preview) {
      ofScans.add(ScanOutput.PREVIEW);
    }
    return new FurtherOutputs(ofScans, statistics);
  }
}
