package org.onelabel.pipeline.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.FileKind;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.evaluation.PredictedCase;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.picture.Palette;
import org.onelabel.pipeline.picture.Picture;
import org.onelabel.pipeline.picture.SlicePicture;
import org.onelabel.pipeline.picture.SliceStack;
import org.onelabel.pipeline.picture.StackDrawing;
import org.onelabel.pipeline.picture.StackDrawing.Layer;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.report.RunPictures.VolumePictures;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.format.VolumeFormats;

/** Draws the template and some volumes of a run: what each round made of them, and the truth. */
final class PictureDrawing {
  private static final float TRUTH_WIDTH = 1.2f;

  private final Cohort cohort;
  private final Configuration configuration;
  private final RunDirectory run;
  private final Set<String> written;

  /** Of each predicted case, by its id. */
  private final Map<String, Double> dice;

  /**
   * Pictures of a run.
   *
   * @param written names of the files that its stages wrote
   */
  PictureDrawing(
      Cohort cohort,
      Configuration configuration,
      RunDirectory run,
      Set<String> written,
      RunMetrics metrics) {
    this.cohort = cohort;
    this.configuration = configuration;
    this.run = run;
    this.written = written;
    dice =
        PredictedCase.of(metrics).stream()
            .collect(Collectors.toMap(PredictedCase::id, PredictedCase::dice, (first, _) -> first));
  }

  RunPictures draw(Progress progress) {
    List<VolumePictures> volumes = new ArrayList<>();
    List<Case> chosen = chosen();
    try (Progress.Task task = progress.begin("report", chosen.size() + 1)) {
      volumes.add(template(cohort.template()));
      task.step(cohort.template().id());
      for (Case source : chosen) {
        volumes.add(volume(WorkingScan.read(source, cohort.spacing(), cohort.intensities())));
        task.step(source.id());
      }
    }
    return new RunPictures(RunPictures.key(cohort.structures()), volumes);
  }

  /**
   * The worst, the best and evenly spaced ones between, of the pool and of the test cases: by what
   * was measured, else by what is estimated. Where nothing was to be found and nothing was, NaN, is
   * as good as it gets.
   */
  private List<Case> chosen() {
    Dataset dataset = cohort.dataset();
    List<Case> chosen = new ArrayList<>();
    int volumes = configuration.report().volumes();
    int ofTest = dataset.test().isEmpty() ? 0 : volumes / 3;
    // What a person labelled is no result.
    Set<String> trusted = Set.copyOf(cohort.trustedIds());
    List<Case> pool = dataset.unlabelled().stream().filter(c -> !trusted.contains(c.id())).toList();
    chosen.addAll(spread(pool, volumes - ofTest));
    chosen.addAll(spread(dataset.test(), ofTest));
    return chosen;
  }

  private List<Case> spread(List<Case> cases, int count) {
    List<Case> sorted =
        cases.stream()
            .sorted(Comparator.comparingDouble(this::dice).thenComparing(Case::id))
            .toList();
    TreeSet<Integer> indices = new TreeSet<>();
    for (int i = 0; i < count && !sorted.isEmpty(); i++) {
      indices.add(count == 1 ? 0 : i * (sorted.size() - 1) / (count - 1));
    }
    return indices.stream().map(sorted::get).toList();
  }

  private double dice(Case source) {
    return dice.getOrDefault(source.id(), 0.0);
  }

  private VolumePictures template(WorkingScan scan) {
    byte[] labels = cohort.templateLabels();
    return new VolumePictures(
        scan.id() + ", the template",
        Optional.of(stack("label", scan, labels, Optional.empty())),
        List.of(around(scan, labels).contours(labels, SlicePicture.WIDTH).picture("label")));
  }

  private VolumePictures volume(WorkingScan scan) {
    Optional<byte[]> truth = scan.source().label().map(_ -> cohort.workingTruth(scan));
    Optional<SliceStack> stack = Optional.empty();
    List<Picture> pictures = new ArrayList<>();
    int last = configuration.rounds();
    for (int r = 0; r <= last; r++) {
      for (FileKind kind : List.of(FileKind.PREDICTED, FileKind.PSEUDO_LABELS)) {
        if (isWritten(run.map(r, kind, scan.id()))) {
          byte[] labels = run.readLabels(r, kind, scan.id()).labels();
          pictures.add(compared("%s, round %d".formatted(kind.folder(), r), scan, labels, truth));
        }
      }
    }
    if (isWritten(run.prediction(scan.id()))) {
      LabelMap prediction = VolumeFormats.NIFTI.readLabels(run.prediction(scan.id()));
      byte[] labels = scan.grid().forward(prediction).labels();
      stack = Optional.of(stack("final prediction", scan, labels, truth));
      pictures.add(compared("final prediction", scan, labels, truth));
    }
    for (int r = last; r > 0; r--) {
      if (isWritten(run.map(r, FileKind.UNCERTAINTY, scan.id()))) {
        pictures.add(uncertainty(r, scan, truth));
        break;
      }
    }
    return new VolumePictures(scan.id(), stack, pictures);
  }

  /** Whether a stage wrote a file; others that lie there are no result of the run. */
  private boolean isWritten(Path file) {
    return written.contains(run.name(file));
  }

  private SliceStack stack(String name, WorkingScan scan, byte[] labels, Optional<byte[]> truth) {
    List<Layer> layers = new ArrayList<>();
    truth.ifPresent(known -> layers.add(new Layer(known, _ -> Palette.TRUTH)));
    layers.add(new Layer(labels, Palette::of));
    return new StackDrawing(scan, layers, configuration.registration().margin())
        .draw(name, SlicePicture.centre(truth.orElse(labels), scan.shape()));
  }

  private static Picture compared(
      String name, WorkingScan scan, byte[] labels, Optional<byte[]> truth) {
    SlicePicture picture = around(scan, truth.orElse(labels));
    truth.ifPresent(known -> picture.contours(known, Palette.TRUTH, TRUTH_WIDTH));
    return picture.contours(labels, SlicePicture.WIDTH).picture(name);
  }

  private Picture uncertainty(int round, WorkingScan scan, Optional<byte[]> truth) {
    float[] entropy =
        VolumeFormats.NIFTI.readVolume(run.map(round, FileKind.UNCERTAINTY, scan.id())).voxels();
    double most = configuration.refinement().uncertainty().most(cohort.structures().size() + 1);
    return truth
        .map(known -> around(scan, known))
        .orElseGet(() -> SlicePicture.of(scan, SlicePicture.middle(scan.shape())))
        .heat(entropy, most)
        .picture("uncertainty, round " + round);
  }

  /** Slices through the middle of what is labelled. */
  private static SlicePicture around(WorkingScan scan, byte[] labels) {
    return SlicePicture.of(scan, SlicePicture.centre(labels, scan.shape()));
  }
}
