package org.onelabel.pipeline.workflow;

import java.util.List;
import java.util.stream.Stream;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.features.Encoder;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.framing.Framings;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.PerCaseStage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.volumes.dataset.Dataset;

/** Encodes template and pool. */
record FeaturesStage(Declaration declaration) implements PerCaseStage {

  FeaturesStage(Configuration configuration, Dataset dataset) {
    this(
        new Draft(Kind.FEATURES.once(), configuration, dataset)
            .pool()
            .encoder()
            .settings("registration", "network", "prediction.overlap", "prediction.blending")
            .registered()
            .done());
  }

  @Override
  public List<String> cases(StageContext context) {
    return Stream.concat(
            Stream.of(context.cohort().template().id()), context.cohort().poolIds().stream())
        .toList();
  }

  @Override
  public String title() {
    return "features";
  }

  @Override
  public CaseWork open(StageContext context) {
    return new Encoding(context, RunEncoder.open(context));
  }

  private record Encoding(StageContext context, Encoder encoder) implements CaseWork {
    @Override
    public void run(String id, Outputs outputs, Progress.Task task) {
      WorkingScan scan = context.cohort().scan(id);
      Framing framing = new Framings(context).of(scan);
      FeatureGrid features = encoder.encode(framing.pull(scan.volume()));
      outputs.features(context.run().features(id), framing.bent(features));
    }

    @Override
    public void close() {
      encoder.close();
    }
  }
}
