package org.onelabel.pipeline.inference;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.pipeline.files.Csv;

/**
 * A CSV file with a line for each structure of each scan.
 *
 * @param structures names of classes 1, 2, …
 * @param channels of each scan; each has a column for its mean intensity
 */
record StatisticsTable(List<String> structures, int channels) {

  /** The names of the columns, a line. */
  String header() {
    Csv csv = new Csv();
    List<String> columns = new ArrayList<>(List.of("case", "structure", "voxels", "millilitres"));
    for (int c = 0; c < channels; c++) {
      columns.add(channels == 1 ? "mean_intensity" : "mean_intensity_" + c);
    }
    columns.addAll(List.of("pieces", "estimated_dice"));
    csv.line(columns);
    return csv.toString();
  }

  /**
   * The lines of a scan.
   *
   * @param measured structures 1, 2, …
   * @param dice that their labels probably have; NaN, an empty cell, where nothing estimates it
   */
  String lines(String id, List<StructureStatistics> measured, List<Double> dice) {
    Csv csv = new Csv();
    for (int s = 0; s < measured.size(); s++) {
      StructureStatistics of = measured.get(s);
      List<Object> cells = new ArrayList<>();
      cells.add(new Csv.Quoted(id));
      cells.add(new Csv.Quoted(structures.get(s)));
      cells.add(of.voxels());
      cells.add(Csv.number("%.6f", of.millilitres()));
      for (double mean : of.means()) {
        cells.add(Csv.number("%.6g", mean));
      }
      cells.add(of.pieces());
      cells.add(Csv.number("%.6f", dice.get(s)));
      csv.line(cells);
    }
    return csv.toString();
  }
}
