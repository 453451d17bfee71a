package org.onelabel.spark.work;

import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.onelabel.cli.console.ConsoleProgress;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.Work;
import org.onelabel.volumes.InputException;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** Does the piece of work of a partition on an executor; its progress is in the executor's log. */
final class PieceTask<R extends Serializable>
    extends AbstractFunction1<Iterator<Work<R>>, Outcome<R>> implements Serializable {
  private final String networks;
  private final String kernels;

  /** Computes there, as in {@link DeviceSettings}; empty kernels are where networks are. */
  PieceTask(String networks, String kernels) {
    this.networks = networks;
    this.kernels = kernels;
  }

  @Override
  public Outcome<R> apply(Iterator<Work<R>> partition) {
    try {
      DeviceSettings settings = ExecutorKernels.settings(networks, kernels);
      Devices devices = new Devices(ExecutorKernels.of(settings), settings.openNetworks());
      return Outcome.of(partition.next().run(devices, ConsoleProgress.of(false)));
    } catch (InputException e) {
      String host = SparkEnv.get().blockManager().blockManagerId().host();
      return Outcome.refused(e.getMessage() + " (on " + host + ")");
    }
  }
}
