package org.onelabel.pipeline.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.onelabel.pipeline.directory.FileKind;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunLock;
import org.onelabel.pipeline.directory.RunOrigin;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.template.CorrectionRanking;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.CorrectedLabels;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * The pool of a finished run as somebody looks at it and corrects its labels. Volumes are handed
 * over as NIfTI files, whatever format the scans have; a scan and its labels lie on one grid.
 * Thread-safe.
 */
public final class Review {
  private final ResumeRequest request;
  private final RunDirectory run;
  private final Dataset dataset;

  private Review(ResumeRequest request) {
    this.request = request;
    run = RunDirectory.open(request.folder());
    dataset = Runs.dataset(request);
  }

  /** What is known of the labels of a scan. */
  public enum State {
    /** They are the run's. */
    PREDICTED,
    /** Somebody corrected or accepted them; the run has not learnt from them yet. */
    SAVED,
    /** The run learnt from them as somebody saved them. */
    LEARNT
  }

  /**
   * A scan of the pool.
   *
   * @param estimate the mean Dice that its labels probably have, 0…1; empty where the run learnt
   *     from them, or has no estimates
   */
  public record Scan(String id, OptionalDouble estimate, State state) {}

  /**
   * Opens a run.
   *
   * @throws InputException if the run is not finished, or its dataset is not there
   */
  public static Review of(ResumeRequest request) {
    Review review = new Review(Objects.requireNonNull(request, "request"));
    review.scans();
    return review;
  }

  /** The run that goes on with the labels that were saved. */
  public ContinueRequest continuation() {
    return ContinueRequest.of(request);
  }

  /** Names of classes 1, 2, …. */
  public List<String> structures() {
    return dataset.structures();
  }

  /** The class of voxels that nobody looked at. */
  public int unknown() {
    return CorrectedLabels.unknown(dataset);
  }

  /**
   * The pool, the scan to correct first at the head; those that the run learnt from at the end, by
   * name. By name alone where the run has no estimates.
   */
  public List<Scan> scans() {
    RunOrigin origin = RunOrigin.read(run);
    Map<String, Case> corrected = corrected();
    List<Scan> scans = new ArrayList<>();
    List<String> rest = new ArrayList<>(origin.unlabelled());
    for (CorrectionRanking.Candidate candidate :
        CorrectionRanking.ifEstimated(run).orElse(List.of())) {
      rest.remove(candidate.id());
      scans.add(
          new Scan(
              candidate.id(),
              OptionalDouble.of(candidate.estimate()),
              state(candidate.id(), corrected, origin)));
    }
    rest.stream()
        .sorted()
        .forEach(
            id -> scans.add(new Scan(id, OptionalDouble.empty(), state(id, corrected, origin))));
    return scans;
  }

  private State state(String id, Map<String, Case> corrected, RunOrigin origin) {
    if (!corrected.containsKey(id)) {
      return State.PREDICTED;
    }
    Path label = corrected.get(id).label().orElseThrow();
    return origin.trusted().contains(id) && !isNewer(label) ? State.LEARNT : State.SAVED;
  }

  /** Whether a file was written after the run came to its end. */
  private boolean isNewer(Path file) {
    try {
      return Files.getLastModifiedTime(file).compareTo(run.notes().ended()) > 0;
    } catch (IOException e) {
      throw new InputException(file, "cannot be read: " + InputException.firstLine(e), e);
    }
  }

  /** How many voxels a scan has. */
  public int voxels(String id) {
    return scan(id).readGeometry().voxels();
  }

  /** Writes a scan, its first channel where it has several, as float32. */
  public void writeScan(String id, Path file) {
    Volume volume = scan(id).readVolume();
    VolumeFormats.NIFTI.write(file, new Volume(volume.geometry(), volume.voxels()));
  }

  /**
   * Writes the labels of a scan, corrected ones where somebody saved them, as uint8 with {@link
   * #unknown} where nobody looked.
   */
  public void writeLabels(String id, Path file) {
    Case scan = Optional.ofNullable(corrected().get(id)).orElseGet(() -> predicted(id));
    CorrectedLabels.write(scan.readLabels(scan.readGeometry()), unknown(), file);
  }

  /**
   * The NIfTI file of how unsure the network was of a scan, where there is one; of another grid.
   */
  public Optional<Path> uncertainty(String id) {
    int round = RunMetrics.read(run).networkRound();
    Path file = run.map(round, FileKind.UNCERTAINTY, scan(id).id());
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /**
   * Keeps labels of a scan, from a NIfTI file, for the run to learn from when it goes on.
   *
   * @throws InputException before anything is changed, where they do not lie on the grid of the
   *     scan or have a class that is none, where the run is being worked on, or where it is part of
   *     an experiment
   */
  public void save(String id, Path labels) {
    Corrections.requireAlone(run);
    LabelMap checked =
        Corrections.checked(labelled(id, labels, OptionalInt.of(unknown())), dataset);
    try (RunLock _ = run.lock()) {
      Corrections.keep(checked, run, id, dataset);
    }
  }

  private Case predicted(String id) {
    return labelled(id, run.prediction(id), OptionalInt.empty());
  }

  private Case labelled(String id, Path labels, OptionalInt unknown) {
    Case scan = scan(id);
    return new Case(scan.id(), scan.images(), Optional.of(labels), unknown, scan.spacing());
  }

  private Case scan(String id) {
    return dataset.unlabelled().stream()
        .filter(scan -> scan.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new InputException("no scan of the pool is called " + id));
  }

  private Map<String, Case> corrected() {
    return Corrections.kept(run, dataset).stream()
        .collect(Collectors.toMap(Case::id, Function.identity()));
  }
}
