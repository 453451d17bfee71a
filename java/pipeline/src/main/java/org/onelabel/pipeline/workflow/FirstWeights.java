package org.onelabel.pipeline.workflow;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.features.Checkpoint;
import org.onelabel.pipeline.stage.StageContext;

/** What the first round of a run begins with. */
public final class FirstWeights {
  private FirstWeights() {}

  /** Empty for a fresh initialisation. */
  static Optional<Map<String, Tensor>> of(StageContext context) {
    Configuration configuration = context.configuration();
    if (!configuration.network().file().isEmpty()) {
      return Optional.of(checkpoint(context));
    }
    return configuration.training().labels().pretrained() && Workflow.learnsEncoder(configuration)
        ? Optional.of(pretrained(context))
        : Optional.empty();
  }

  /** Weights of the run's network, for what takes as long with any. */
  public static Map<String, Tensor> any(StageContext context) {
    return context.configuration().network().file().isEmpty()
        ? fresh(context)
        : checkpoint(context);
  }

  private static Map<String, Tensor> fresh(StageContext context) {
    return Specialist.fresh(
        context.plan().architecture(), context.configuration().seed(), context.device());
  }

  private static Map<String, Tensor> checkpoint(StageContext context) {
    return Checkpoint.samMed3dWeights(
        Path.of(context.configuration().network().file()), context.device());
  }

  /** A fresh network with the layers of the encoder that was learnt from the pool. */
  private static Map<String, Tensor> pretrained(StageContext context) {
    Map<String, Tensor> weights = new LinkedHashMap<>(fresh(context));
    context
        .run()
        .readTensors(context.run().encoder())
        .tensors()
        .forEach(
            (name, tensor) -> {
              // The head is another one; so is everything where the networks differ.
              if (weights.containsKey(name) && weights.get(name).shape().equals(tensor.shape())) {
                weights.put(name, tensor);
              }
            });
    return weights;
  }
}
