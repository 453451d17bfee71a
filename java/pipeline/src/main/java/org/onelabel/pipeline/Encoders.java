package org.onelabel.pipeline;

import java.nio.file.Path;
import org.onelabel.pipeline.Configuration.EncoderSettings;

/** The encoders by their names in a configuration. */
final class Encoders {
  private Encoders() {}

  /**
   * The encoder that {@code settings} ask for.
   *
   * @param stride of dense descriptors, working voxels
   */
  static Encoder open(EncoderSettings settings, int stride) {
    return switch (settings.kind()) {
      case DESCRIPTORS ->
          new DescriptorEncoder(
              stride,
              new DescriptorEncoder.Weights(
                  settings.intensity(),
                  settings.gradient(),
                  settings.selfSimilarity(),
                  settings.position()));
      case FILE ->
          new NetworkEncoder(
              Path.of(settings.file()),
              settings.patch().stream().mapToInt(Integer::intValue).toArray());
    };
  }
}
