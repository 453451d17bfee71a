package org.onelabel.pipeline.progress;

import java.util.List;

/** Lists in a line of text. */
public final class Words {
  private static final int MOST = 3;

  private Words() {}

  /** The first ones of a list, and how many more there are. */
  public static String first(List<String> items) {
    List<String> said = items.subList(0, Math.min(MOST, items.size()));
    int more = items.size() - said.size();
    return String.join(", ", said) + (more > 0 ? " and " + more + " more" : "");
  }
}
