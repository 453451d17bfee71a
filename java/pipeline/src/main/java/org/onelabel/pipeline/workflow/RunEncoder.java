package org.onelabel.pipeline.workflow;

import java.nio.file.Path;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.pipeline.features.Encoder;
import org.onelabel.pipeline.features.LearntSettings;
import org.onelabel.pipeline.features.PoolEncoder;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.volumes.InputException;

/** The encoder of a run. */
public final class RunEncoder {
  private RunEncoder() {}

  /** Opens it; its owner closes it. */
  public static Encoder open(StageContext context) {
    return context
        .configuration()
        .encoder()
        .open(context.plan().stride(), () -> learnt(context), context.device());
  }

  /** The one that was learnt from the pool. */
  private static PoolEncoder learnt(StageContext context) {
    LearntSettings settings = context.configuration().encoder().learnt();
    Path file = context.run().encoder();
    SlidingWindow window =
        context.configuration().prediction().window(context.plan().encoderPatch());
    try {
      return PoolEncoder.of(
          PoolEncoder.architecture(context.plan().architecture(), settings),
          context.run().readTensors(file).tensors(),
          window,
          settings.weight(),
          context.device());
    } catch (IllegalArgumentException e) {
      throw new InputException(file, e.getMessage(), e);
    }
  }
}
