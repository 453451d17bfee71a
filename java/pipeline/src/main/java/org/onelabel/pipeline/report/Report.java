package org.onelabel.pipeline.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.FileKind;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageManifest;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.format.VolumeFormats;

/** One self-contained HTML file about a run: figures, pictures, times, settings. */
public final class Report {
  public static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; color: #1c2733; max-width: 1000px;
        margin: 0 auto; padding: 24px; background: #fafbfc; }
      h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 8px; }
      h3 { font-size: 15px; margin: 22px 0 4px; }
      table { border-collapse: collapse; background: #fff; } td, th { padding: 4px 12px;
        border-bottom: 1px solid #e3e8ee; text-align: right; font-variant-numeric: tabular-nums; }
      th:first-child, td:first-child { text-align: left; } th { font-weight: 600; }
      td { white-space: nowrap; } .wide { max-width: 1400px; } .scrolled { overflow-x: auto; }
      td.reason { white-space: normal; text-align: left; }
      .tiles { display: flex; gap: 24px; flex-wrap: wrap; margin: 16px 0; }
      .tile { background: #fff; border: 1px solid #e3e8ee; border-radius: 8px; padding: 10px 18px; }
      .tile b { font-size: 26px; display: block; } .note { color: #5b6b7b; }
      .warning { background: #fff1df; border-left: 4px solid #d9730d; padding: 8px 14px; }
      .picture { display: flex; gap: 14px; align-items: center; margin: 6px 0; }
      .picture span { width: 150px; flex: none; text-align: right; color: #5b6b7b; }
      .picture img { background: #000; border-radius: 4px; max-width: 100%; height: auto; }
      .key i { display: inline-block; width: 12px; height: 12px; border-radius: 2px;
        margin: 0 4px 0 14px; vertical-align: -1px; }
      .bar { background: #4a90d9; height: 12px; border-radius: 2px; }
      svg text { font-size: 12px; } svg .grid { stroke: #e3e8ee; }
      pre { background: #fff; border: 1px solid #e3e8ee; padding: 12px; overflow: auto; }
      """;

  private final Cohort cohort;
  private final Dataset dataset;
  private final RunDirectory run;
  private final Configuration configuration;
  private final List<String> structures;
  private final List<StageName> stages;
  private final Set<String> written;
  private final Progress progress;
  private final Provenance provenance;
  private final RunMetrics metrics;
  private final StringBuilder html = new StringBuilder();

  /**
   * A report.
   *
   * @param stages of the run
   */
  public Report(
      Cohort cohort,
      Configuration configuration,
      RunDirectory run,
      List<StageName> stages,
      Progress progress) {
    this.cohort = cohort;
    this.configuration = configuration;
    this.run = run;
    dataset = cohort.dataset();
    structures = cohort.structures();
    this.stages = stages;
    written = run.manifests().written(stages);
    this.progress = progress;
    provenance = Json.read(run.file(RunDirectory.PROVENANCE), Provenance.class);
    metrics = RunMetrics.read(run);
  }

  /** The page. */
  public String html() {
    head();
    rounds();
    cases();
    pictures();
    times();
    settings();
    html.append("</body></html>\n");
    return html.toString();
  }

  private void add(String text, Object... values) {
    html.append(values.length == 0 ? text : String.format(Locale.ROOT, text, values)).append('\n');
  }

  private void head() {
    String name = Html.escape(dataset.name());
    add("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title>", name);
    add("<meta name=\"viewport\" content=\"width=device-width\"><style>");
    add(STYLE);
    add("</style></head><body>");
    add("<h1>%s</h1>", name);
    add(
        "<p class=\"note\">1 template (%s), %d unlabelled, %d validation and %d test volumes ·"
            + " preset %s · seed %d</p>",
        Html.escape(dataset.template().id()),
        dataset.unlabelled().size(),
        dataset.validation().size(),
        dataset.test().size(),
        Html.escape(configuration.preset()),
        configuration.seed());
    add("<p>%s</p>", Html.escape(String.join(" ", metrics.conclusion())));
    add("<div class=\"tiles\">");
    metrics
        .sets()
        .forEach(
            (set, m) ->
                add(
                    "<div class=\"tile\"><b>%s</b>mean Dice, %s<br><span class=\"note\">SD %s,"
                        + " HD95 %s mm, %d volumes</span></div>",
                    Spread.number(m.mean().dice(), 3),
                    set,
                    Spread.number(m.mean().deviation(), 3),
                    Spread.number(m.mean().hd95(), 1),
                    m.mean().cases()));
    add("</div>");
    switch (configuration.training().labels().supervision()) {
      case TEMPLATE_AND_POOL -> {}
      case TEMPLATE_AND_UNLABELLED ->
          add("<p class=\"warning\">Trained on the template and the pool without labels.</p>");
      case TEMPLATE_ONLY -> add("<p class=\"warning\">Trained on the template alone.</p>");
      case ALL_LABELS ->
          add("<p class=\"warning\">Trained with the pool's true labels: an upper bound.</p>");
    }
    metrics.rounds().stream()
        .flatMap(round -> round.warnings().stream())
        .forEach(warning -> add("<p class=\"warning\">%s.</p>", Html.escape(warning)));
  }

  private void rounds() {
    add("<h2>Dice per round</h2>");
    List<LineChart.Line> lines = new ArrayList<>();
    metrics
        .poolDice()
        .forEach(
            (kind, dices) -> {
              if (!dices.isEmpty()) {
                lines.add(
                    new LineChart.Line(
                        kind,
                        dices.stream().map(RunMetrics.RoundDice::round).toList(),
                        dices.stream().map(RunMetrics.RoundDice::mean).toList()));
              }
            });
    if (lines.isEmpty()) {
      add("<p class=\"note\">The pool has no hidden labels: nothing can be measured on it.</p>");
    } else {
      add(LineChart.of(lines, configuration.rounds()));
      add("<table><tr><th>On the pool</th><th>volumes</th><th>Dice</th><th>SD</th>");
      structures.forEach(s -> add("<th>%s</th>", Html.escape(s)));
      add("</tr>");
      metrics
          .poolDice()
          .forEach(
              (kind, dices) ->
                  dices.forEach(
                      d -> {
                        add(
                            "<tr><td>%s, round %d</td><td>%d</td><td>%s</td><td>%s</td>",
                            kind,
                            d.round(),
                            d.cases(),
                            Spread.number(d.mean(), 4),
                            Spread.number(d.deviation(), 4));
                        RunMetrics.withCases(d.structures(), d.structureCases(), d.cases())
                            .forEach(s -> add("<td>%s</td>", s));
                        add("</tr>");
                      }));
      add("</table>");
    }
  }

  private void cases() {
    if (metrics.cases().isEmpty()) {
      return;
    }
    add("<h2>Dice per volume</h2><table><tr><th>Volume</th><th>set</th>");
    int last = configuration.rounds();
    boolean pseudo = !metrics.poolDice().getOrDefault("pseudo-labels", List.of()).isEmpty();
    for (int r = 0; r <= last && pseudo; r++) {
      add("<th>pseudo-label %d</th>", r);
    }
    structures.forEach(s -> add("<th>%s</th>", Html.escape(s)));
    add("<th>HD95, mm</th></tr>");
    for (RunMetrics.CaseMetrics c : metrics.cases()) {
      add("<tr><td>%s</td><td>%s</td>", Html.escape(c.id()), c.set());
      for (int r = 0; r <= last && pseudo; r++) {
        int round = r;
        add(
            "<td>%s</td>",
            metrics.pool().stream()
                .filter(
                    m ->
                        m.id().equals(c.id())
                            && m.round() == round
                            && m.kind().equals("pseudo-labels"))
                .map(m -> Spread.number(m.averaged(), 3))
                .findFirst()
                .orElse(""));
      }
      c.structures().forEach(m -> add("<td>%s</td>", Spread.number(m.dice(), 3)));
      add("<td>%s</td></tr>", Spread.number(c.mean().hd95(), 1));
    }
    add(
        "</table><p class=\"note\">%s: neither prediction nor truth has the structure;",
        Spread.NOTHING);
    add("it stands in no mean. A missed or invented one has Dice 0 and the scan's diagonal as");
    add("distance. HD95: the %s.</p>", Hd95.POOLED.definition());
  }

  private void pictures() {
    add("<h2>Pictures</h2><p class=\"note\">Axial, coronal and sagittal slices through the middle");
    add("of what is labelled.</p><p class=\"key\">Contours:");
    for (int c = 0; c < structures.size(); c++) {
      java.awt.Color colour = SlicePicture.COLOURS.get(c % SlicePicture.COLOURS.size());
      key(colour, structures.get(c));
    }
    key(SlicePicture.TRUTH, "truth");
    add("</p>");
    List<Case> chosen = chosen();
    try (Progress.Task task = progress.begin("report", chosen.size() + 1)) {
      WorkingScan template = cohort.template();
      byte[] labels = cohort.templateLabels();
      add("<h3>%s, the template</h3>", Html.escape(template.id()));
      picture("label", draw(template, labels).contours(labels, null, 1.6f));
      task.step(template.id());
      for (Case source : chosen) {
        volume(WorkingScan.read(source, cohort.spacing(), cohort.intensities()));
        task.step(source.id());
      }
    }
  }

  private void key(java.awt.Color colour, String name) {
    add("<i style=\"background:#%06x\"></i>%s", colour.getRGB() & 0xffffff, Html.escape(name));
  }

  /**
   * The worst, the best and evenly spaced ones between, of the pool and of the test cases. Where
   * nothing was to be found and nothing was, NaN, is as good as it gets.
   */
  private List<Case> chosen() {
    List<Case> chosen = new ArrayList<>();
    int volumes = configuration.report().volumes();
    int ofTest = dataset.test().isEmpty() ? 0 : volumes / 3;
    chosen.addAll(spread(dataset.unlabelled(), volumes - ofTest));
    chosen.addAll(spread(dataset.test(), ofTest));
    return chosen;
  }

  private List<Case> spread(List<Case> cases, int count) {
    List<Case> sorted =
        cases.stream()
            .sorted(java.util.Comparator.comparingDouble(this::dice).thenComparing(Case::id))
            .toList();
    TreeSet<Integer> indices = new TreeSet<>();
    for (int i = 0; i < count && !sorted.isEmpty(); i++) {
      indices.add(count == 1 ? 0 : i * (sorted.size() - 1) / (count - 1));
    }
    return indices.stream().map(sorted::get).toList();
  }

  private double dice(Case source) {
    return metrics.cases().stream()
        .filter(c -> c.id().equals(source.id()))
        .mapToDouble(c -> c.mean().dice())
        .findFirst()
        .orElse(0);
  }

  private void volume(WorkingScan scan) {
    byte[] truth = scan.source().label().isPresent() ? cohort.workingTruth(scan) : null;
    add("<h3>%s</h3>", Html.escape(scan.id()));
    int last = configuration.rounds();
    for (int r = 0; r <= last; r++) {
      for (FileKind kind : List.of(FileKind.PREDICTED, FileKind.PSEUDO_LABELS)) {
        if (isWritten(run.map(r, kind, scan.id()))) {
          byte[] labels = run.readLabels(r, kind, scan.id()).labels();
          compared("%s, round %d".formatted(kind.folder(), r), scan, labels, truth);
        }
      }
    }
    if (isWritten(run.prediction(scan.id()))) {
      LabelMap prediction = VolumeFormats.NIFTI.readLabels(run.prediction(scan.id()));
      compared("final prediction", scan, scan.grid().forward(prediction).labels(), truth);
    }
    for (int r = last; r > 0; r--) {
      if (isWritten(run.map(r, FileKind.UNCERTAINTY, scan.id()))) {
        float[] entropy =
            VolumeFormats.NIFTI.readVolume(run.map(r, FileKind.UNCERTAINTY, scan.id())).voxels();
        picture(
            "uncertainty, round " + r,
            draw(scan, truth).heat(entropy, Math.log(structures.size() + 1.0)));
        break;
      }
    }
  }

  /** Whether a stage wrote a file; others that lie there are no result of the run. */
  private boolean isWritten(Path file) {
    return written.contains(run.name(file));
  }

  private void compared(String name, WorkingScan scan, byte[] labels, byte[] truth) {
    SlicePicture picture = draw(scan, truth == null ? labels : truth);
    if (truth != null) {
      picture.contours(truth, SlicePicture.TRUTH, 1.2f);
    }
    picture(name, picture.contours(labels, null, 1.6f));
  }

  private static SlicePicture draw(WorkingScan scan, byte[] around) {
    int[] shape = scan.shape();
    int[] at =
        around == null
            ? new int[] {shape[0] / 2, shape[1] / 2, shape[2] / 2}
            : SlicePicture.centre(around, shape);
    return new SlicePicture(scan.volume().voxels(), shape, scan.geometry().spacing(), at);
  }

  private void picture(String name, SlicePicture picture) {
    add("<div class=\"picture\"><span>%s</span>", Html.escape(name));
    add(picture.toHtml(name));
    add("</div>");
  }

  private void times() {
    Map<String, Double> seconds = run.manifests().seconds(stages);
    double most = seconds.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double total = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    add("<h2>Time per stage</h2><table>");
    seconds.forEach(
        (stage, s) ->
            add(
                "<tr><td>%s%s</td><td>%.1f s</td><td style=\"width:360px\"><div class=\"bar\""
                    + " style=\"width:%.1f%%\"></div></td></tr>",
                stage,
                from(stage).map(from -> " (taken over from " + Html.escape(from) + ")").orElse(""),
                s,
                Math.max(0.5, 100 * s / most)));
    add("<tr><th>all</th><th>%.1f s</th><th></th></tr></table>", total);
  }

  /** Whose work a stage is, where it is not the run's own. */
  private Optional<String> from(String stage) {
    return StageName.parse(stage)
        .flatMap(name -> run.manifests().of(name).read())
        .map(StageManifest::from);
  }

  private void settings() {
    add("<h2>Settings</h2><table>");
    provenance
        .versions()
        .forEach(
            (name, value) ->
                add("<tr><td>%s</td><td>%s</td></tr>", Html.escape(name), Html.escape(value)));
    add("</table><h3>Plan: what the data decided</h3><table>");
    provenance
        .plan()
        .entries()
        .forEach(
            entry ->
                add(
                    "<tr><td>%s</td><td>%s</td><td class=\"reason\">%s</td></tr>",
                    Html.escape(entry.name()),
                    Html.escape(entry.value()),
                    Html.escape(entry.reason())));
    add("</table><details><summary>every setting</summary><pre>");
    add(Html.escape(configuration.toJson()));
    add("</pre></details>");
  }
}
