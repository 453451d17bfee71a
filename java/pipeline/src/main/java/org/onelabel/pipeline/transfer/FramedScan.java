package org.onelabel.pipeline.transfer;

import java.util.List;
import java.util.Map;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.features.Encoder;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.framing.BendTensor;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.propagation.Propagation;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * A labelled scan beside the template, brought into the template's frame. Immutable by agreement:
 * arrays are shared.
 *
 * @param channels in the frame, normalised there
 * @param labels in the frame; ignored outside the scan
 * @param bend from there to the template
 */
public record FramedScan(List<float[]> channels, LabelArray labels, Bend bend) {

  /** A scan with a label on its working grid. */
  public static FramedScan of(WorkingScan scan, byte[] labels, Framing framing) {
    Volume framed = framing.pull(scan.volume());
    return new FramedScan(
        framed.channels(),
        new LabelArray(framed.geometry().extent(), framing.pullKnown(labels)),
        framing.bend());
  }

  /** What others are compared with. */
  Propagation.Template template(Encoder encoder, double[] spacing, int classes) {
    Extent extent = labels.extent();
    Geometry geometry = Geometry.of(extent, Affine.ofSpacing(spacing[0], spacing[1], spacing[2]));
    FeatureGrid features = encoder.encode(new Volume(geometry, channels));
    return new Propagation.Template(Framing.bent(features, bend, extent), labels, classes);
  }

  /** Its tensors, their names beginning with {@code prefix}. */
  Map<String, Tensor> tensors(String prefix) {
    return Map.of(
        prefix + "channels",
        ChannelTensor.of(channels, labels.extent()),
        prefix + "labels",
        Tensor.of(labels.labels(), labels.extent().shape()),
        prefix + "bend",
        BendTensor.of(bend));
  }

  /** Reads its tensors. */
  static FramedScan read(Safetensors file, String prefix) {
    Tensor labels = file.get(prefix + "labels");
    return new FramedScan(
        ChannelTensor.read(file.get(prefix + "channels"), labels),
        new LabelArray(ChannelTensor.extent(labels), labels.bytes()),
        BendTensor.read(file.get(prefix + "bend")));
  }
}
