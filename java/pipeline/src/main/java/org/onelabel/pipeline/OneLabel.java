package org.onelabel.pipeline;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import org.onelabel.pipeline.demo.Demo;
import org.onelabel.pipeline.demo.DemoRequest;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.evaluation.Evaluation;
import org.onelabel.pipeline.evaluation.EvaluationRequest;
import org.onelabel.pipeline.experiment.ExperimentRequest;
import org.onelabel.pipeline.experiment.ExperimentResult;
import org.onelabel.pipeline.export.FeatureTable;
import org.onelabel.pipeline.export.NetworkFile;
import org.onelabel.pipeline.export.NetworkFormat;
import org.onelabel.pipeline.export.TrainingSet;
import org.onelabel.pipeline.export.TrainingSetRequest;
import org.onelabel.pipeline.features.Checkpoint;
import org.onelabel.pipeline.inference.PredictionRequest;
import org.onelabel.pipeline.inference.Predictions;
import org.onelabel.pipeline.inspection.Inspection;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.ContinueRequest;
import org.onelabel.pipeline.run.Corrections;
import org.onelabel.pipeline.run.ResumeRequest;
import org.onelabel.pipeline.run.Review;
import org.onelabel.pipeline.run.RunRequest;
import org.onelabel.pipeline.run.RunResult;
import org.onelabel.pipeline.run.Runs;
import org.onelabel.pipeline.run.StageRequest;
import org.onelabel.pipeline.template.CorrectionRanking;
import org.onelabel.pipeline.template.TemplateRanking;
import org.onelabel.pipeline.template.TemplateRequest;

/**
 * All that onelabel does, one call each: what the command line calls, and what a program calls.
 *
 * <pre>{@code
 * Configuration configuration = Configuration.of("quick", Map.of("seed", "7"));
 * Path run = Path.of("runs/liver");
 * RunResult result =
 *     OneLabel.run(RunRequest.of(Path.of("liver"), configuration, run), Progress.SILENT);
 * result.metrics().lines().forEach(System.out::println);
 * Predictions labels =
 *     OneLabel.predict(
 *         PredictionRequest.of(run, Path.of("scans"), Path.of("labels")), Progress.SILENT);
 * labels.requireComplete();
 * }</pre>
 *
 * <p>A call takes a request, which is immutable and checked when it is made, and does its work on
 * the calling thread and on threads that end with it. It opens the devices that the request names
 * and closes them. {@link Progress} hears how it goes on and what to be warned of. A mistake in
 * what was given is an {@link org.onelabel.volumes.InputException} of one line; kernels that cannot
 * work are a {@link org.onelabel.kernels.KernelException}; a null argument is a {@link
 * NullPointerException} that names it.
 *
 * <p>Calls on different folders may be made at once; their training steps take turns. A run that is
 * ended at any moment, with its process, goes on with {@link #resume} and comes to the same bytes.
 * Where the calling thread is interrupted, a call may end with an {@link
 * java.io.UncheckedIOException} of a {@link java.nio.channels.ClosedByInterruptException}.
 */
public final class OneLabel {
  private OneLabel() {}

  /**
   * Trains a model from the one labelled scan of a dataset and its unlabelled pool, predicts every
   * scan and writes a report. What is wrong with the request is refused before anything is written.
   */
  public static RunResult run(RunRequest request, Progress progress) {
    return Runs.begin(requireNonNull(request, "request"), requireNonNull(progress, "progress"));
  }

  /** Goes on with a run: every stage that is not current is done. */
  public static RunResult resume(ResumeRequest request, Progress progress) {
    return Runs.resume(requireNonNull(request, "request"), requireNonNull(progress, "progress"));
  }

  /**
   * Goes on with a run that has corrected labels of some scans of its pool: they are learnt from as
   * the template's. What the run was before is kept in its folder {@code history}.
   */
  public static RunResult goOn(ContinueRequest request, Progress progress) {
    return Corrections.goOn(
        requireNonNull(request, "request"), requireNonNull(progress, "progress"));
  }

  /** Does one stage of a run, or one case of it, unless it is current; what it needs has to be. */
  public static void stage(StageRequest request, Progress progress) {
    Runs.stage(requireNonNull(request, "request"), requireNonNull(progress, "progress"));
  }

  /**
   * Segments scans with the model of a finished run, each on its own grid. Scans that cannot be
   * read are in the result, or refused by {@link Predictions#requireComplete}.
   */
  public static Predictions predict(PredictionRequest request, Progress progress) {
    return Predictions.of(requireNonNull(request, "request"), requireNonNull(progress, "progress"));
  }

  /** Makes a training set of nnU-Net v2 of a finished run's labels. */
  public static TrainingSet exportTrainingSet(TrainingSetRequest request, Progress progress) {
    return TrainingSet.of(requireNonNull(request, "request"), requireNonNull(progress, "progress"));
  }

  /**
   * Writes a finished run's network, with how scans are prepared for it, as a file of another tool;
   * says in lines of text what was written.
   */
  public static List<String> exportNetwork(Path run, Path file, NetworkFormat format) {
    return NetworkFile.write(
        requireNonNull(run, "run"), requireNonNull(file, "file"), requireNonNull(format, "format"));
  }

  /**
   * Writes the feature vectors of a run as a table of Parquet; says in lines of text what was
   * written. {@code onelabel-spark} and Spark have to be on the class path.
   */
  public static List<String> exportFeatures(Path run, Path folder) {
    return FeatureTable.write(requireNonNull(run, "run"), requireNonNull(folder, "folder"));
  }

  /** Compares label files with the truth. */
  public static Evaluation evaluate(EvaluationRequest request, Progress progress) {
    return Evaluation.of(requireNonNull(request, "request"), requireNonNull(progress, "progress"));
  }

  /** Ranks unlabelled scans by how well one of them, labelled, would serve the others. */
  public static List<TemplateRanking.Candidate> suggestTemplate(
      TemplateRequest request, Progress progress) {
    return TemplateRanking.of(
        requireNonNull(request, "request"), requireNonNull(progress, "progress"));
  }

  /** Ranks the scans of a finished run's pool by how much a corrected label of them would help. */
  public static List<CorrectionRanking.Candidate> suggestNext(Path run) {
    return CorrectionRanking.of(RunDirectory.open(requireNonNull(run, "run")));
  }

  /** Opens a finished run for somebody who looks at the labels of its pool and corrects them. */
  public static Review review(ResumeRequest request) {
    return Review.of(requireNonNull(request, "request"));
  }

  /** Runs several systems with several seeds on one dataset and writes one table. */
  public static ExperimentResult experiment(ExperimentRequest request, Progress progress) {
    return ExperimentResult.of(
        requireNonNull(request, "request"), requireNonNull(progress, "progress"));
  }

  /** Draws a cohort and runs on it. */
  public static RunResult demo(DemoRequest request, Progress progress) {
    return Demo.run(requireNonNull(request, "request"), requireNonNull(progress, "progress"));
  }

  /** What a volume or a model file holds, in lines of text. */
  public static List<String> inspect(Path file) {
    return Inspection.of(requireNonNull(file, "file"));
  }

  /** The network and the tensors of a file of weights, in lines of text. Nothing in it is run. */
  public static List<String> inspectCheckpoint(Path file) {
    return Checkpoint.inspect(requireNonNull(file, "file"));
  }

  /** Writes the weights of a PyTorch checkpoint to a safetensors file that is not there yet. */
  public static void convertCheckpoint(Path from, Path to) {
    Checkpoint.convert(requireNonNull(from, "from"), requireNonNull(to, "to"));
  }
}
