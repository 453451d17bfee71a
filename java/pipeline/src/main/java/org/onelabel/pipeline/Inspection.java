package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Case;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.NiftiFile;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.VolumeFile;

/** What a file holds, in lines of text. */
public final class Inspection {
  private static final int MOST_LABELS = 32;

  private Inspection() {}

  /** Describes a volume or a safetensors file. */
  public static List<String> of(Path file) {
    if (file.getFileName().toString().endsWith(".safetensors")) {
      return Checkpoint.inspect(file);
    }
    String stem =
        VolumeFile.of(file)
            .map(VolumeFile::stem)
            .orElseThrow(
                () -> new InputException(file, "is no .nii, .nii.gz, .h5 or .safetensors file"));
    Case source = new Case(stem, List.of(file), Optional.empty());
    Volume volume = source.readVolume();
    Geometry g = volume.geometry();
    List<String> lines = new ArrayList<>();
    if (!VolumeFile.isHdf5(file)) {
      lines.add("format       " + NiftiFile.describe(file));
    }
    lines.add("voxels       " + g.describeShape());
    lines.add(
        "spacing      %s mm"
            .formatted(
                String.join(
                    " × ", Arrays.stream(g.spacing()).mapToObj("%.4g"::formatted).toList())));
    lines.add("orientation  " + orientation(g.affine()));
    for (int row = 0; row < 3; row++) {
      lines.add(
          "%-12s %10.4f %10.4f %10.4f %10.4f"
              .formatted(
                  row == 0 ? "affine" : "",
                  g.affine().at(row, 0),
                  g.affine().at(row, 1),
                  g.affine().at(row, 2),
                  g.affine().at(row, 3)));
    }
    lines.addAll(values(volume.voxels()));
    return lines;
  }

  /** The direction each voxel axis runs in, such as RAS. */
  private static String orientation(Affine affine) {
    String[] ends = {"RL", "AP", "SI"};
    StringBuilder text = new StringBuilder();
    for (int column = 0; column < 3; column++) {
      int strongest = 0;
      for (int row = 1; row < 3; row++) {
        if (Math.abs(affine.at(row, column)) > Math.abs(affine.at(strongest, column))) {
          strongest = row;
        }
      }
      text.append(ends[strongest].charAt(affine.at(strongest, column) >= 0 ? 0 : 1));
    }
    return text.toString();
  }

  private static List<String> values(float[] voxels) {
    float[] sorted = voxels.clone();
    Arrays.sort(sorted);
    double sum = 0;
    int different = 1;
    for (int i = 0; i < sorted.length; i++) {
      sum += sorted[i];
      different += i > 0 && sorted[i] != sorted[i - 1] ? 1 : 0;
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "values       %.6g … %.6g, mean %.6g, median %.6g"
            .formatted(
                sorted[0],
                sorted[sorted.length - 1],
                sum / sorted.length,
                sorted[sorted.length / 2]));
    if (different <= MOST_LABELS) {
      int from = 0;
      for (int i = 1; i <= sorted.length; i++) {
        if (i == sorted.length || sorted[i] != sorted[i - 1]) {
          lines.add("  value %-8.6g %d voxels".formatted(sorted[from], i - from));
          from = i;
        }
      }
    }
    return lines;
  }
}
