package org.onelabel.pipeline.example;

import java.nio.file.Path;
import java.util.Map;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.evaluation.Evaluation;
import org.onelabel.pipeline.evaluation.EvaluationRequest;
import org.onelabel.pipeline.inference.PredictionRequest;
import org.onelabel.pipeline.inference.Predictions;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.RunRequest;
import org.onelabel.pipeline.run.RunResult;

/**
 * A program that trains on a dataset with one labelled scan, segments other scans and measures the
 * result. To be copied.
 */
public final class OneLabelExample {
  private OneLabelExample() {}

  /** Takes a dataset, a folder of scans, a folder of their true labels, and a new folder. */
  public static void main(String[] arguments) {
    Path data = Path.of(arguments[0]);
    Path scans = Path.of(arguments[1]);
    Path truth = Path.of(arguments[2]);
    Path out = Path.of(arguments[3]);
    Configuration configuration = Configuration.of("quick", Map.of("seed", "1"));
    Evaluation evaluation = segment(data, scans, truth, out, configuration);
    evaluation.lines().forEach(System.out::println);
    System.out.printf("mean Dice %.3f%n", evaluation.mean().dice());
  }

  /** Trains in {@code out/run}, writes labels to {@code out/labels}, and compares them. */
  public static Evaluation segment(
      Path data, Path scans, Path truth, Path out, Configuration configuration) {
    Progress progress = new PrintedProgress();
    RunResult run = OneLabel.run(RunRequest.of(data, configuration, out.resolve("run")), progress);
    System.out.println("report: " + run.report());
    Path labels = out.resolve("labels");
    Predictions predictions =
        OneLabel.predict(PredictionRequest.of(run.folder(), scans, labels), progress);
    // Throws where a scan could not be read; the others are segmented all the same.
    predictions.requireComplete();
    return OneLabel.evaluate(EvaluationRequest.of(labels, truth), progress);
  }

  /** Prints what is said, and each stage as it begins. */
  private static final class PrintedProgress implements Progress {
    @Override
    public Task begin(String name, int steps) {
      System.out.println(name);
      return SILENT.begin(name, steps);
    }

    @Override
    public void say(String line) {
      System.out.println(line);
    }
  }
}
