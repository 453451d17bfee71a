package org.onelabel.pipeline;

import java.util.List;
import org.onelabel.pipeline.progress.Progress;

/**
 * Keeps what is said.
 *
 * @param lines written to
 */
public record HeardLines(List<String> lines) implements Progress {
  @Override
  public Task begin(String name, int steps) {
    return SILENT.begin(name, steps);
  }

  @Override
  public void say(String line) {
    lines.add(line);
  }
}
