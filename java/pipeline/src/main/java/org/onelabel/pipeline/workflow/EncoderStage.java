package org.onelabel.pipeline.workflow;

import java.util.Map;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.features.LearntSettings;
import org.onelabel.pipeline.features.PoolEncoder;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Declaration;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.stage.WholeStage;
import org.onelabel.volumes.dataset.Dataset;

/** Learns an encoder from the pool. It is as wide as the network. */
record EncoderStage(Declaration declaration) implements WholeStage {

  EncoderStage(Configuration configuration, Dataset dataset) {
    this(
        new Draft(Kind.ENCODER.once(), configuration, dataset)
            .pool()
            .planned()
            .settings("seed", "encoder.learnt")
            .done());
  }

  @Override
  public void run(StageContext context, Outputs outputs) {
    LearntSettings settings = context.configuration().encoder().learnt();
    int steps = settings.contrast().iterations();
    try (Progress.Task task = context.progress().begin("encoder", steps)) {
      Map<String, Tensor> weights =
          PoolEncoder.train(
              context.cohort().templateAndPool(),
              context.plan().encoderPatch(),
              PoolEncoder.architecture(context.plan().architecture(), settings),
              settings,
              context.configuration().seed(),
              context.device(),
              task);
      outputs.tensors(context.run().encoder(), new Safetensors(weights, Map.of()));
    }
  }
}
