package org.onelabel.pipeline.cohort;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.intensity.Intensities;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.registration.RegistrationSettings;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;

/**
 * The scans of a dataset, each read and checked before anything is computed or written: an
 * unreadable volume, a label of another shape or a class nobody named is an {@link InputException}
 * here, not after hours of training. Of the pool and the validation cases so many stay in memory as
 * it allows; others are read again when they are asked for. Thread-safe.
 */
public final class Cohort {
  /** A vote has 255 columns, and a search answers with background and three positions as well. */
  private static final int MOST_STRUCTURES = 251;

  private final Dataset dataset;
  private final CohortSettings settings;
  private final double[] spacing;
  private final InputFiles files;
  private final CohortReader reader;
  private final Intensities intensities;
  private final WorkingScan template;
  private final byte[] templateLabels;
  private final List<WorkingScan> pool;
  private final List<WorkingScan> validation;

  /** Reads every volume and label; those of the test cases are only checked. */
  public static Cohort read(
      Dataset dataset,
      CohortSettings settings,
      RegistrationSettings registration,
      Progress progress) {
    return read(dataset, settings, registration, InputFiles.of(dataset, progress), progress);
  }

  /** The same of files that were looked at before. */
  public static Cohort read(
      Dataset dataset,
      CohortSettings settings,
      RegistrationSettings registration,
      InputFiles files,
      Progress progress) {
    int steps =
        1 + dataset.unlabelled().size() + dataset.validation().size() + dataset.test().size();
    try (Progress.Task task = progress.begin("reading volumes", steps)) {
      Cohort cohort = new Cohort(dataset, settings, registration, files);
      cohort.readAll(task);
      return cohort;
    }
  }

  /**
   * The same where another process has read and checked it, or is to ({@link #check}): of the
   * volumes the template alone is read now.
   */
  public static Cohort ofChecked(
      Dataset dataset,
      CohortSettings settings,
      RegistrationSettings registration,
      InputFiles files) {
    return new Cohort(dataset, settings, registration, files);
  }

  private Cohort(
      Dataset dataset,
      CohortSettings settings,
      RegistrationSettings registration,
      InputFiles files) {
    int structures = structures(dataset, settings).size();
    if (structures > MOST_STRUCTURES) {
      throw new InputException(
          "%s names %d structures; %d at most can be told apart"
              .formatted(dataset.name(), structures, MOST_STRUCTURES));
    }
    this.dataset = dataset;
    this.settings = settings;
    this.spacing = WorkingSpacing.of(dataset.template(), settings, registration);
    this.files = files;
    reader = new CohortReader(dataset, spacing, structures(), merged());
    WorkingScan read = reader.read(dataset.template());
    templateLabels = reader.templateLabels(read).labels();
    intensities =
        Intensities.of(settings.intensities(), dataset.modalities(), read.volume(), templateLabels);
    template = read.normalised(intensities);
    pool = scans(dataset.unlabelled());
    validation = scans(dataset.validation());
  }

  private List<WorkingScan> scans(List<Case> cases) {
    return LazyList.of(
        cases, source -> reader.read(source).normalised(intensities), WorkingScan::bytes);
  }

  private void readAll(Progress.Task task) {
    task.step(template.id());
    pool.forEach(scan -> task.step(scan.id()));
    requireTrustedLabels();
    validation.forEach(scan -> task.step(scan.id()));
    for (Case source : dataset.test()) {
      check(source);
      task.step(source.id());
    }
  }

  /** Reads a case and refuses it as {@link #read} does. */
  public void check(Case source) {
    reader.read(source).requireFits(intensities);
  }

  /**
   * Trusted labels are held against their scans and the dataset before anything is computed. Those
   * that the pool's cases have were, with these.
   */
  public void requireTrustedLabels() {
    Set<Case> checked = Set.copyOf(dataset.unlabelled());
    for (Case source : dataset.trusted()) {
      if (!checked.contains(source)) {
        reader.requireLabels(source, scan(source.id()).grid().source());
      }
    }
  }

  /** Names of classes 1, 2, … that are learnt of a dataset. */
  public static List<String> structures(Dataset dataset, CohortSettings settings) {
    return settings.mergeStructures() ? List.of("structure") : dataset.structures();
  }

  public Dataset dataset() {
    return dataset;
  }

  /** Whether all structures are learnt as one. */
  public boolean merged() {
    return settings.mergeStructures();
  }

  /** Names of classes 1, 2, … that are learnt. */
  public List<String> structures() {
    return structures(dataset, settings);
  }

  /** Classes with the background. */
  public int classes() {
    return structures().size() + 1;
  }

  /**
   * Voxel sides of the working grids that were asked for, along right, front, up, millimetres; a
   * scan's own are those that fit its extent.
   */
  public double[] spacing() {
    return spacing.clone();
  }

  /** How scans are normalised. */
  public Intensities intensities() {
    return intensities;
  }

  /** The files that were read, and what they were. */
  public InputFiles files() {
    return files;
  }

  /** Channels of every scan. */
  public int channels() {
    return template.channels();
  }

  public WorkingScan template() {
    return template;
  }

  /** The template's label on its working grid; not to be changed. */
  public byte[] templateLabels() {
    return templateLabels;
  }

  /** The template with its label, to learn from. */
  public Scan labelledTemplate() {
    return template.scan(templateLabels, null);
  }

  /**
   * The scans of the pool that have a trusted label, each with it; read when they are asked for,
   * unless memory has them.
   */
  public List<Scan> labelledPool() {
    return LazyList.of(
        dataset.trusted(),
        source -> {
          WorkingScan scan = scan(source.id());
          return scan.scan(workingLabels(scan, source), null);
        },
        Scan::bytes);
  }

  /**
   * The trusted label of a scan, where it has one.
   *
   * @param image the grid of its file
   */
  public Optional<LabelMap> trustedLabels(String id, Geometry image) {
    return trusted(id).map(source -> WorkingScan.truth(source, image, merged()));
  }

  /** The same on its working grid; not to be changed. */
  public Optional<byte[]> trustedLabels(WorkingScan scan) {
    return trusted(scan.id()).map(source -> workingLabels(scan, source));
  }

  private Optional<Case> trusted(String id) {
    return dataset.trusted().stream().filter(source -> source.id().equals(id)).findFirst();
  }

  private byte[] workingLabels(WorkingScan scan, Case source) {
    return scan.grid().forward(WorkingScan.truth(source, scan.grid().source(), merged())).labels();
  }

  /** The unlabelled scans; each is read when it is asked for, unless memory has it. */
  public List<WorkingScan> pool() {
    return pool;
  }

  /** Ids of the pool, in its order. */
  public List<String> poolIds() {
    return dataset.unlabelled().stream().map(Case::id).toList();
  }

  /** Ids of the scans of the pool that have a trusted label. */
  public List<String> trustedIds() {
    return dataset.trusted().stream().map(Case::id).toList();
  }

  /** The template, then the pool. */
  public List<WorkingScan> templateAndPool() {
    return LazyList.concatenated(List.of(template), pool);
  }

  public List<WorkingScan> validation() {
    return validation;
  }

  /** The validation cases with their labels. */
  public List<Scan> labelledValidation() {
    return LazyList.of(validation, scan -> scan.scan(workingTruth(scan), null), Scan::bytes);
  }

  /** A scan of the dataset; those of the test cases are read each time. */
  public WorkingScan scan(String id) {
    if (template.id().equals(id)) {
      return template;
    }
    return in(dataset.unlabelled(), pool, id)
        .or(() -> in(dataset.validation(), validation, id))
        .orElseGet(() -> WorkingScan.read(source(id), spacing, intensities));
  }

  private static Optional<WorkingScan> in(List<Case> cases, List<WorkingScan> scans, String id) {
    return IntStream.range(0, cases.size())
        .filter(i -> cases.get(i).id().equals(id))
        .mapToObj(scans::get)
        .findFirst();
  }

  /** A case of the dataset. */
  public Case source(String id) {
    return dataset.all().stream()
        .filter(source -> source.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no case named " + id));
  }

  /** The true labels of a scan on its working grid. */
  public byte[] workingTruth(WorkingScan scan) {
    return scan.grid().forward(scan.truth(merged())).labels();
  }
}
