package org.onelabel.pipeline.inference;

import java.nio.file.Path;
import java.util.List;
import org.onelabel.pipeline.picture.SlicePicture;
import org.onelabel.pipeline.prediction.Segmentation;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.WorkingGrid;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.format.VolumeFormats;

/** Writes what is wanted of each scan. */
final class ScanFiles {
  private final FurtherOutputs wanted;
  private final int structures;
  private final StatisticsTable table;

  /**
   * Files of scans.
   *
   * @param structures names of classes 1, 2, …
   * @param channels of each scan
   */
  ScanFiles(FurtherOutputs wanted, List<String> structures, int channels) {
    this.wanted = wanted;
    this.structures = structures.size();
    table = new StatisticsTable(structures, channels);
  }

  /**
   * Writes the files of a scan.
   *
   * @param file of the labels
   * @return the scan's lines of the table of all; empty where none is wanted
   */
  String write(Case scan, Path file, Segmentation made) {
    LabelMap labels = made.labels();
    VolumeFormats.write(file, labels);
    if (wanted.ofScans().contains(ScanOutput.PROBABILITIES)) {
      VolumeFormats.NIFTI.write(
          ScanOutput.PROBABILITIES.beside(file),
          made.geometry(),
          made.classes(),
          made::probability);
    }
    if (wanted.ofScans().contains(ScanOutput.UNCERTAINTY)) {
      VolumeFormats.NIFTI.write(
          ScanOutput.UNCERTAINTY.beside(file), new Volume(made.geometry(), made.entropy()));
    }
    if (!wanted.needIntensities()) {
      return "";
    }
    // Read a second time: nothing holds the scan while it is predicted.
    Volume volume = scan.readVolume();
    if (wanted.ofScans().contains(ScanOutput.PREVIEW)) {
      byte[] png = preview(made, volume);
      AtomicFile.write(ScanOutput.PREVIEW.beside(file), out -> out.write(png));
    }
    return wanted.statistics().isEmpty()
        ? ""
        : table.lines(
            scan.id(), StructureStatistics.of(labels, volume, structures), made.evidence().dice());
  }

  private static byte[] preview(Segmentation made, Volume volume) {
    WorkingGrid grid = made.grid();
    Volume first = grid.forward(new Volume(volume.geometry(), volume.voxels()));
    return SlicePicture.of(first, made.workingLabels()).png();
  }

  /** Writes the table, of these lines. */
  void finish(String lines) {
    wanted.statistics().ifPresent(file -> AtomicFile.write(file, table.header() + lines));
  }
}
