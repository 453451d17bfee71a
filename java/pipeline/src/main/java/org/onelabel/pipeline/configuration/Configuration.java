package org.onelabel.pipeline.configuration;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.onelabel.pipeline.cohort.CohortSettings;
import org.onelabel.pipeline.features.EncoderSettings;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.prediction.PredictionSettings;
import org.onelabel.pipeline.propagation.PropagationSettings;
import org.onelabel.pipeline.refinement.RefinementSettings;
import org.onelabel.pipeline.registration.RegistrationSettings;
import org.onelabel.pipeline.training.NetworkSettings;
import org.onelabel.pipeline.training.RoundSettings;
import org.onelabel.pipeline.training.Supervision;
import org.onelabel.volumes.InputException;

/**
 * Every setting of a run; each algorithm's stand beside it. A preset names all of them ({@link
 * Presets}); a file and single settings change some. A name that no preset has is refused.
 *
 * @param origin preset and baseline
 * @param seed seed of all random numbers of a run; the same seed, input and number of threads give
 *     the same bytes
 * @param cohort how the scans of the dataset are read
 * @param generalist registration, features and propagation
 * @param specialist rounds, segmentation network, training and prediction
 * @param refinement what corrects the pseudo-labels between rounds
 * @param report what the report shows
 */
public record Configuration(
    @JsonUnwrapped Origin origin,
    long seed,
    @JsonUnwrapped CohortSettings cohort,
    @JsonUnwrapped GeneralistSettings generalist,
    @JsonUnwrapped SpecialistSettings specialist,
    RefinementSettings refinement,
    ReportSettings report) {

  /** A preset, changed by {@code settings}. */
  public static Configuration of(String preset, Map<String, String> settings) {
    return of(preset, "", Optional.empty(), settings);
  }

  /**
   * A preset or a baseline with its steps, changed by {@code file} (JSON of the same form), then by
   * {@code settings} (dotted names, such as {@code training.iterations}).
   *
   * @param baseline one of {@link Presets#BASELINES}; empty for ours
   */
  public static Configuration of(
      String preset, String baseline, Optional<Path> file, Map<String, String> settings) {
    Objects.requireNonNull(preset, "preset");
    Objects.requireNonNull(baseline, "baseline");
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(settings, "settings");
    SettingsTree tree = Presets.of(preset, baseline);
    file.ifPresent(changes -> tree.merge(SettingsTree.read(changes), changes + ": "));
    settings.forEach(
        (name, value) -> {
          // They choose other settings; as a mere word each would say what is not so.
          if (name.equals("preset") || name.equals("baseline")) {
            throw new InputException(name + " is chosen with --" + name + ", not set");
          }
          tree.set(name, value);
        });
    return tree.parse(file.map(changes -> changes + ": ").orElse(""));
  }

  /** The configuration in {@code file}, which must be whole. */
  public static Configuration read(Path file) {
    SettingsTree tree = new SettingsTree(SettingsTree.read(file));
    // Names that no preset has are refused; those that are missing, by their records.
    Presets.of("quick", "").merge(tree.root(), file + ": ");
    return tree.parse(file + ": ");
  }

  public String preset() {
    return origin.preset();
  }

  public String baseline() {
    return origin.baseline();
  }

  public RegistrationSettings registration() {
    return generalist.registration();
  }

  public EncoderSettings encoder() {
    return generalist.encoder();
  }

  public PropagationSettings propagation() {
    return generalist.propagation();
  }

  public int rounds() {
    return specialist.rounds();
  }

  public NetworkSettings network() {
    return specialist.network();
  }

  public RoundSettings training() {
    return specialist.training();
  }

  public PredictionSettings prediction() {
    return specialist.prediction();
  }

  /**
   * What a round's labelled scans are. The consensus joins two opinions best when neither was
   * taught by the other: a first round that is followed by another, and whose pseudo-labels it
   * joins with the propagated ones, learns from {@code training.first}.
   */
  public Supervision supervision(int round) {
    return isTaughtApart(round) ? training().labels().first() : training().labels().supervision();
  }

  private boolean isTaughtApart(int round) {
    return round == 1
        && rounds() > 1
        && refinement.joinsPropagation()
        && training().labels().supervision().usesPseudoLabels();
  }

  /** What the propagation counts beside the network of a round where labels are refined. */
  public double refinementWeight(int round) {
    return refinement.weight(isTaughtApart(round));
  }

  /** Whether the template's labels reach the pool by features. */
  public boolean propagates() {
    return training().labels().supervision().usesPseudoLabels() || rounds() == 0;
  }

  /** Whether labels reach scans also through others of the pool. */
  public boolean usesAtlases() {
    return propagates() && registration().find() && registration().atlases() > 0;
  }

  /** Scans that are drawn from the template and the pool's registrations, at most. */
  public int drawn() {
    return propagates() && registration().find() ? training().labels().drawn() : 0;
  }

  /** The JSON that {@link #read} takes. */
  public String toJson() {
    return Json.pretty(this);
  }
}
