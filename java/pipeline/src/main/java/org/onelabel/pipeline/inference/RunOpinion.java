package org.onelabel.pipeline.inference;

import java.nio.file.Path;
import java.util.Optional;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.features.Encoder;
import org.onelabel.pipeline.features.PoolEncoder;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.prediction.SecondOpinion;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.transfer.CasePropagation;
import org.onelabel.pipeline.transfer.TemplateFile;
import org.onelabel.volumes.InputException;

/** What a run's propagation says of further scans; nothing where the run has no template file. */
final class RunOpinion implements SecondOpinion, AutoCloseable {
  private final Optional<CasePropagation> propagation;

  private RunOpinion(Optional<CasePropagation> propagation) {
    this.propagation = propagation;
  }

  /** Opens it, unless the network is to be asked alone. */
  static RunOpinion open(
      PredictionRequest request,
      RunDirectory run,
      Model model,
      Devices devices,
      Progress progress) {
    Configuration configuration = run.configuration();
    if (request.specialistOnly() || !configuration.propagates()) {
      return new RunOpinion(Optional.empty());
    }
    Optional<Path> file = run.template();
    if (file.isEmpty()) {
      progress.warn(run.name(run.templateFile()) + " is not there: the network predicts alone");
    }
    return new RunOpinion(
        file.map(
            path -> {
              TemplateFile template = template(path, run);
              Encoder encoder = encoder(configuration, template, model, run, devices.networks());
              return CasePropagation.open(template, configuration, encoder, devices.kernels());
            }));
  }

  private static TemplateFile template(Path file, RunDirectory run) {
    try {
      return TemplateFile.of(run.readTensors(file));
    } catch (IllegalArgumentException e) {
      throw new InputException(file, InputException.firstLine(e), e);
    }
  }

  private static Encoder encoder(
      Configuration configuration,
      TemplateFile template,
      Model model,
      RunDirectory run,
      ComputeDevice device) {
    return configuration
        .encoder()
        .open(
            template.encoding().stride(),
            () ->
                PoolEncoder.read(
                    run.encoder(),
                    model.architecture(),
                    configuration.encoder().learnt(),
                    configuration.prediction().window(template.encoding().patch()),
                    device),
            device);
  }

  @Override
  public Optional<PseudoLabel> of(WorkingScan scan) {
    return propagation.map(known -> known.label(scan));
  }

  @Override
  public void close() {
    propagation.ifPresent(CasePropagation::close);
  }
}
