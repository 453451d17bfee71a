package org.onelabel.pipeline.transfer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.plan.Plan;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * All that a run knows of its template: beside its configuration, what labels of further scans
 * follow from. The content of {@code template.safetensors}: {@code channels} C×X×Y×Z, {@code
 * labels} X×Y×Z, the rest as metadata.
 *
 * @param channels normalised, on the working grid
 * @param labels on the working grid
 * @param classes background included
 * @param spacing working voxel sides, millimetres
 * @param stride working voxels that a descriptor covers along each axis
 * @param encoderPatch sides of the windows of an encoder that is learnt from the pool
 * @param leastLikeness a scan that is no more like the template does not show its anatomy; NaN
 *     where that is not known
 */
public record TemplateFile(
    List<float[]> channels,
    LabelArray labels,
    int classes,
    double[] spacing,
    int[] stride,
    int[] encoderPatch,
    double leastLikeness) {

  /** What a run knows. */
  public static TemplateFile of(Cohort cohort, Plan plan, double leastLikeness) {
    return new TemplateFile(
        cohort.template().volume().channels(),
        new LabelArray(cohort.template().extent(), cohort.templateLabels()),
        cohort.classes(),
        cohort.spacing(),
        plan.stride(),
        plan.encoderPatch(),
        leastLikeness);
  }

  /** Its voxels along x, y, z. */
  Extent extent() {
    return labels.extent();
  }

  /** Its intensities. */
  Volume volume() {
    Geometry geometry = Geometry.of(extent(), Affine.ofSpacing(spacing[0], spacing[1], spacing[2]));
    return new Volume(geometry, channels);
  }

  /** As a file. */
  public Safetensors file() {
    int[] shape = extent().shape();
    float[] all = new float[channels.size() * extent().voxels()];
    for (int c = 0; c < channels.size(); c++) {
      System.arraycopy(channels.get(c), 0, all, c * extent().voxels(), extent().voxels());
    }
    return new Safetensors(
        Map.of(
            "channels",
            Tensor.of(all, channels.size(), shape[0], shape[1], shape[2]),
            "labels",
            Tensor.of(labels.labels(), shape)),
        Map.of(
            "classes",
            Integer.toString(classes),
            "spacing",
            Arrays.stream(spacing).mapToObj(Double::toString).collect(Collectors.joining(",")),
            "stride",
            text(stride),
            "encoderPatch",
            text(encoderPatch),
            "leastLikeness",
            Double.toString(leastLikeness)));
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static TemplateFile of(Safetensors file) {
    Map<String, String> metadata = file.metadata();
    Tensor channels = file.get("channels");
    Tensor labels = file.get("labels");
    if (channels.shape().size() != 4
        || !channels.shape().subList(1, 4).equals(labels.shape())
        || !metadata
            .keySet()
            .containsAll(
                List.of("classes", "spacing", "stride", "encoderPatch", "leastLikeness"))) {
      throw new IllegalArgumentException("is no template of onelabel");
    }
    Extent extent = Extent.of(labels.shape().stream().mapToInt(Integer::intValue).toArray());
    float[] all = channels.floats();
    List<float[]> each = new ArrayList<>();
    for (int c = 0; c < channels.shape().getFirst(); c++) {
      each.add(Arrays.copyOfRange(all, c * extent.voxels(), (c + 1) * extent.voxels()));
    }
    return new TemplateFile(
        each,
        new LabelArray(extent, labels.bytes()),
        Integer.parseInt(metadata.get("classes")),
        Arrays.stream(metadata.get("spacing").split(",", -1))
            .mapToDouble(Double::parseDouble)
            .toArray(),
        numbers(metadata.get("stride")),
        numbers(metadata.get("encoderPatch")),
        Double.parseDouble(metadata.get("leastLikeness")));
  }

  private static String text(int[] numbers) {
    return Arrays.stream(numbers).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  private static int[] numbers(String text) {
    return Arrays.stream(text.split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
