package org.onelabel.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.Work;
import org.onelabel.spark.work.SparkWorkers;

/**
 * A piece of work that wants more memory than there is: always, or the first time that it is done.
 *
 * @param tried is there once the piece was begun
 */
public record HungryWork(int number, File tried, boolean always) implements Work<Integer> {

  /** Does five pieces, of which the third one is hungry; prints each that was done. */
  public static void main(String[] arguments) {
    File folder = new File(arguments[0]);
    boolean always = Boolean.parseBoolean(arguments[1]);
    List<HungryWork> pieces =
        IntStream.range(0, 5)
            .mapToObj(i -> new HungryWork(i, new File(folder, "tried-" + i), always))
            .toList();
    new SparkWorkers(DeviceSettings.CPU).run(pieces, done -> System.out.println("done: " + done));
    System.exit(0);
  }

  @Override
  public Integer run(Devices devices, Progress progress) {
    try {
      boolean first = tried.createNewFile();
      if (number == 2 && (first || always)) {
        List<byte[]> held = new ArrayList<>();
        while (!held.contains(null)) {
          held.add(new byte[1 << 26]);
        }
      }
      return number;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
