package org.onelabel.pipeline.inspection;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.onelabel.pipeline.features.Checkpoint;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Plural;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.file.FileName;
import org.onelabel.volumes.format.VolumeFormats;
import org.onelabel.volumes.format.stored.VolumeFormat;

/** What a file holds, in lines of text. */
public final class Inspection {
  private static final int MOST_LABELS = 32;
  private static final String OR_A_MODEL = "; a model ends in .safetensors";

  private Inspection() {}

  /** Describes a volume or a safetensors file. */
  public static List<String> of(Path file) {
    if (FileName.of(file).endsWith(".safetensors")) {
      return Checkpoint.inspect(file);
    }
    VolumeFormat format =
        VolumeFormats.of(file)
            .orElseThrow(
                () -> new InputException(file, VolumeFormats.describeOther(file) + OR_A_MODEL));
    Case source = new Case(FileName.of(file), List.of(file), Optional.empty());
    Volume volume = source.readVolume();
    Geometry g = volume.geometry();
    List<String> lines = new ArrayList<>();
    format.describe(file).ifPresent(line -> lines.add("format       " + line));
    lines.add("voxels       " + g.describeShape());
    int channels = volume.channels().size();
    if (channels > 1) {
      lines.add("channels     " + channels);
    }
    lines.add(
        "spacing      %s mm%s"
            .formatted(
                String.join(" × ", Arrays.stream(g.spacing()).mapToObj("%.4g"::formatted).toList()),
                !g.tellsSpacing() ? " (assumed, the file has none)" : ""));
    lines.add(
        "orientation  "
            + (g.isPlaced()
                ? g.affine().orientation()
                : "unknown, the file says none; taken for " + g.affine().orientation()));
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
    for (int c = 0; c < channels; c++) {
      if (channels > 1) {
        lines.add("channel " + c);
      }
      lines.addAll(values(volume.channels().get(c)));
    }
    return lines;
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
          lines.add("  value %-8.6g %s".formatted(sorted[from], Plural.of(i - from, "voxel")));
          from = i;
        }
      }
    }
    return lines;
  }
}
