package org.onelabel.pipeline;

import java.nio.file.Path;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.Configuration.EncoderKind;
import org.onelabel.pipeline.Configuration.EncoderSettings;

/** The encoders by their names in a configuration. */
final class Encoders {
  private Encoders() {}

  /** The encoder that the configuration asks for. */
  static Encoder open(
      Configuration configuration, Plan plan, RunDirectory run, ComputeDevice device) {
    EncoderSettings settings = configuration.encoder();
    DescriptorEncoder.Weights weights =
        new DescriptorEncoder.Weights(
            settings.intensity(),
            settings.gradient(),
            settings.selfSimilarity(),
            settings.position());
    return switch (settings.kind()) {
      case DESCRIPTORS -> new DescriptorEncoder(plan.stride(), weights);
      case POOL ->
          new DescriptorEncoder(
              plan.stride(), weights, PoolEncoder.open(run, plan, configuration, device));
      case FILE, SAM_MED3D -> ofFile(settings, device);
    };
  }

  /** An encoder that is a file. */
  static Encoder ofFile(EncoderSettings settings, ComputeDevice device) {
    Path file = Path.of(settings.file());
    return settings.kind() == EncoderKind.SAM_MED3D
        ? NetworkEncoder.ofSamMed3d(file, settings.whole(), device)
        : NetworkEncoder.ofFile(
            file,
            settings.patch().stream().mapToInt(Integer::intValue).toArray(),
            settings.whole(),
            device);
  }
}
