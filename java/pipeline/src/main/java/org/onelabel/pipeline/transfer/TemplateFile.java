package org.onelabel.pipeline.transfer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
 * All that a run knows of its template and of further labelled scans: beside its configuration,
 * what labels of other scans follow from. The content of {@code template.safetensors}: {@code
 * channels} C×X×Y×Z, {@code labels} X×Y×Z; {@code trusted.N.channels}, {@code .labels} and {@code
 * .bend} of the further scan N = 0, 1, …; the rest as metadata.
 *
 * @param channels normalised, on the working grid
 * @param labels on the working grid
 * @param classes background included
 * @param spacing working voxel sides, millimetres
 * @param encoding how finely scans are encoded
 * @param leastLikeness a scan that is no more like the template does not show its anatomy; NaN
 *     where that is not known
 * @param trusted further labelled scans
 */
public record TemplateFile(
    List<float[]> channels,
    LabelArray labels,
    int classes,
    double[] spacing,
    Encoding encoding,
    double leastLikeness,
    List<FramedScan> trusted) {

  public TemplateFile {
    trusted = List.copyOf(trusted);
  }

  /**
   * How finely scans are encoded.
   *
   * @param stride working voxels that a descriptor covers along each axis
   * @param patch sides of the windows of an encoder that is learnt from the pool
   */
  public record Encoding(int[] stride, int[] patch) {}

  /** What a run knows. */
  public static TemplateFile of(
      Cohort cohort, Plan plan, double leastLikeness, List<FramedScan> trusted) {
    return new TemplateFile(
        cohort.template().volume().channels(),
        new LabelArray(cohort.template().extent(), cohort.templateLabels()),
        cohort.classes(),
        cohort.spacing(),
        new Encoding(plan.stride(), plan.encoderPatch()),
        leastLikeness,
        trusted);
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
    Map<String, Tensor> tensors = new TreeMap<>();
    tensors.put("channels", ChannelTensor.of(channels, extent()));
    tensors.put("labels", Tensor.of(labels.labels(), extent().shape()));
    for (int i = 0; i < trusted.size(); i++) {
      tensors.putAll(trusted.get(i).tensors(prefix(i)));
    }
    return new Safetensors(
        tensors,
        Map.of(
            "classes",
            Integer.toString(classes),
            "spacing",
            Arrays.stream(spacing).mapToObj(Double::toString).collect(Collectors.joining(",")),
            "stride",
            text(encoding.stride),
            "encoderPatch",
            text(encoding.patch),
            "leastLikeness",
            Double.toString(leastLikeness)));
  }

  private static String prefix(int trusted) {
    return "trusted." + trusted + ".";
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
    if (!metadata
        .keySet()
        .containsAll(List.of("classes", "spacing", "stride", "encoderPatch", "leastLikeness"))) {
      throw new IllegalArgumentException("is no template of onelabel");
    }
    List<FramedScan> trusted = new ArrayList<>();
    while (file.tensors().containsKey(prefix(trusted.size()) + "labels")) {
      trusted.add(FramedScan.read(file, prefix(trusted.size())));
    }
    return new TemplateFile(
        ChannelTensor.read(channels, labels),
        new LabelArray(ChannelTensor.extent(labels), labels.bytes()),
        Integer.parseInt(metadata.get("classes")),
        Arrays.stream(metadata.get("spacing").split(",", -1))
            .mapToDouble(Double::parseDouble)
            .toArray(),
        new Encoding(numbers(metadata.get("stride")), numbers(metadata.get("encoderPatch"))),
        Double.parseDouble(metadata.get("leastLikeness")),
        trusted);
  }

  private static String text(int[] numbers) {
    return Arrays.stream(numbers).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  private static int[] numbers(String text) {
    return Arrays.stream(text.split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
