package org.onelabel.pipeline.configuration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.onelabel.volumes.InputException;

/**
 * The settings that come with onelabel. One preset is whole ({@code presets/quick.json} beside this
 * class); each other one, and each baseline ({@code baselines/*.json}), says what differs from it.
 */
public final class Presets {
  private static final String WHOLE = "quick";

  /** The presets. */
  public static final List<String> NAMES = List.of(WHOLE, "standard", "paper");

  /** The systems ours is compared with. */
  public static final List<String> BASELINES =
      List.of(
          "supervised",
          "upper-bound",
          "mean-teacher",
          "ua-mt",
          "dan",
          "dtc",
          "semisam",
          "semisam-plus-point",
          "semisam-plus-mask",
          "semisam-plus-unc",
          "sam-fine-tuned");

  private Presets() {}

  /** Every setting of a preset. */
  static SettingsTree preset(String name) {
    ObjectNode changes = resource("presets", "preset", name, NAMES);
    SettingsTree tree = new SettingsTree(resource("presets", "preset", WHOLE, NAMES));
    tree.merge(changes, "");
    return tree;
  }

  /**
   * The same for a baseline, which trains once for as many steps as all rounds of the preset have;
   * an empty one is ours.
   */
  static SettingsTree of(String preset, String baseline) {
    SettingsTree tree = preset(preset);
    if (!baseline.isEmpty()) {
      ObjectNode changes = resource("baselines", "baseline", baseline, BASELINES);
      int steps = tree.root().path("training").path("iterations").intValue();
      changes
          .withObject("/training")
          .put("iterations", steps * tree.root().path("rounds").intValue());
      tree.merge(changes, "");
      tree.root().put("rounds", 1);
      tree.root().put("baseline", baseline);
    }
    return tree;
  }

  private static ObjectNode resource(String folder, String kind, String name, List<String> known) {
    if (!known.contains(name)) {
      throw new InputException(
          "no %s named %s: choose one of %s".formatted(kind, name, String.join(", ", known)));
    }
    try (InputStream in = Presets.class.getResourceAsStream(folder + "/" + name + ".json")) {
      return (ObjectNode) SettingsTree.JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
