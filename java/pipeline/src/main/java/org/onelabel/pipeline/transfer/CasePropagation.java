package org.onelabel.pipeline.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.features.Encoder;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.framing.FramingSearch;
import org.onelabel.pipeline.propagation.Propagation;
import org.onelabel.pipeline.registration.RegistrationSettings;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Encodes a case and carries the template's labels to it, as round 0 does with the pool: for cases
 * whose features nothing else needs. Its owner closes it.
 */
public final class CasePropagation implements AutoCloseable {
  private final Encoder encoder;
  private final Propagation propagation;
  private final Function<WorkingScan, Framing> framings;
  private final double leastLikeness;

  private CasePropagation(
      Encoder encoder,
      Propagation propagation,
      Function<WorkingScan, Framing> framings,
      double leastLikeness) {
    this.encoder = encoder;
    this.propagation = propagation;
    this.framings = framings;
    this.leastLikeness = leastLikeness;
  }

  /**
   * Opens the propagation of a template.
   *
   * @param encoder is taken over
   */
  public static CasePropagation open(
      TemplateFile template, Configuration configuration, Encoder encoder, Kernels kernels) {
    try {
      RegistrationSettings settings = configuration.registration();
      Frame frame = settings.frame(template.labels(), template.spacing());
      Framing framing = Framing.ofTemplate(frame, template.extent());
      FeatureGrid features = framing.bent(encoder.encode(framing.pull(template.volume())));
      LabelArray labels = new LabelArray(frame.extent(), framing.pull(template.labels().labels()));
      Image image = new Image(template.channels(), template.extent(), template.spacing());
      Function<WorkingScan, Framing> search =
          FramingSearch.of(image, template.labels(), frame, settings);
      List<Propagation.Template> templates = new ArrayList<>();
      templates.add(new Propagation.Template(features, labels, template.classes()));
      for (FramedScan trusted : template.trusted()) {
        templates.add(trusted.template(encoder, template.spacing(), template.classes()));
      }
      return new CasePropagation(
          encoder,
          configuration.propagation().open(kernels, templates),
          search,
          template.leastLikeness());
    } catch (RuntimeException | Error e) {
      encoder.close();
      throw e;
    }
  }

  /** Labels on the working grid of a scan; none of them is a structure where nothing is found. */
  public PseudoLabel label(WorkingScan scan) {
    Framing framing = framings.apply(scan);
    if (!framing.isPlausible(leastLikeness)) {
      return PseudoLabel.nothing(scan.geometry().voxels());
    }
    FeatureGrid features = framing.bent(encoder.encode(framing.pull(scan.volume())));
    return framing.push(propagation.propagate(features, framing.frame().extent()));
  }

  @Override
  public void close() {
    try (encoder) {
      propagation.close();
    }
  }
}
