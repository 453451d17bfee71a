package org.onelabel.pipeline.workflow;

import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.features.Encoder;
import org.onelabel.pipeline.features.PoolEncoder;
import org.onelabel.pipeline.stage.StageContext;

/** The encoder of a run. */
public final class RunEncoder {
  private RunEncoder() {}

  /** Opens it; its owner closes it. */
  public static Encoder open(StageContext context) {
    Configuration configuration = context.configuration();
    return configuration
        .encoder()
        .open(
            context.plan().stride(),
            () ->
                PoolEncoder.read(
                    context.run().encoder(),
                    context.plan().architecture(),
                    configuration.encoder().learnt(),
                    configuration.prediction().window(context.plan().encoderPatch()),
                    context.device()),
            context.device());
  }
}
