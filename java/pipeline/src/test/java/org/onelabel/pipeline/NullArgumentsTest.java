package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.demo.DemoRequest;
import org.onelabel.pipeline.evaluation.EvaluationRequest;
import org.onelabel.pipeline.experiment.ExperimentRequest;
import org.onelabel.pipeline.experiment.Grid;
import org.onelabel.pipeline.export.NetworkFormat;
import org.onelabel.pipeline.export.TrainingSetRequest;
import org.onelabel.pipeline.inference.PredictionRequest;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.ResumeRequest;
import org.onelabel.pipeline.run.RunRequest;
import org.onelabel.pipeline.run.StageRequest;
import org.onelabel.pipeline.template.TemplateRequest;

/** A null is named where it is given, not found later. */
class NullArgumentsTest {
  private static final Path PATH = Path.of("nowhere");
  private static final Configuration SETTINGS = Configuration.of("quick", Map.of());
  private static final EvaluationRequest EVALUATION = EvaluationRequest.of(PATH, PATH);
  private static final ResumeRequest RESUME = ResumeRequest.of(PATH, PATH);

  private static Arguments call(String name, Executable call) {
    return Arguments.of(name, call);
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        call("request", () -> OneLabel.run(null, Progress.SILENT)),
        call("request", () -> OneLabel.resume(null, Progress.SILENT)),
        call("request", () -> OneLabel.stage(null, Progress.SILENT)),
        call("request", () -> OneLabel.predict(null, Progress.SILENT)),
        call("request", () -> OneLabel.evaluate(null, Progress.SILENT)),
        call("request", () -> OneLabel.review(null)),
        call("request", () -> OneLabel.suggestTemplate(null, Progress.SILENT)),
        call("request", () -> OneLabel.experiment(null, Progress.SILENT)),
        call("request", () -> OneLabel.demo(null, Progress.SILENT)),
        call("progress", () -> OneLabel.evaluate(EVALUATION, null)),
        call("progress", () -> OneLabel.resume(RESUME, null)),
        call("file", () -> OneLabel.inspect(null)),
        call("file", () -> OneLabel.inspectCheckpoint(null)),
        call("from", () -> OneLabel.convertCheckpoint(null, PATH)),
        call("to", () -> OneLabel.convertCheckpoint(PATH, null)),
        call("run", () -> OneLabel.exportFeatures(null, PATH)),
        call("folder", () -> OneLabel.exportFeatures(PATH, null)),
        call("data", () -> RunRequest.of(null, SETTINGS)),
        call("data", () -> RunRequest.of(null, SETTINGS, PATH)),
        call("configuration", () -> RunRequest.of(PATH, null)),
        call("folder", () -> RunRequest.of(PATH, SETTINGS, null)),
        call("naming", () -> RunRequest.of(PATH, SETTINGS).withNaming(null)),
        call("devices", () -> RunRequest.of(PATH, SETTINGS).withDevices(null)),
        call("folder", () -> ResumeRequest.of(PATH, null)),
        call("run", () -> StageRequest.of(null, "features")),
        call("stage", () -> StageRequest.of(RESUME, null)),
        call("id", () -> StageRequest.of(RESUME, "features").withCase(null)),
        call("output", () -> PredictionRequest.of(PATH, PATH, null)),
        call("further", () -> PredictionRequest.of(PATH, PATH, PATH).withFurther(null)),
        call("data", () -> TrainingSetRequest.of(PATH, null, Path.of("Dataset001_A"))),
        call("file", () -> OneLabel.exportNetwork(PATH, null, NetworkFormat.ONNX)),
        call("format", () -> OneLabel.exportNetwork(PATH, PATH, null)),
        call("truth", () -> EvaluationRequest.of(PATH, null)),
        call("hd95", () -> EVALUATION.withHd95(null)),
        call("file", () -> EVALUATION.withJson(null)),
        call("images", () -> TemplateRequest.of(null)),
        call("folder", () -> DemoRequest.of(null)),
        call("grid", () -> ExperimentRequest.of(PATH, PATH, null)),
        call(
            "methods",
            () -> new Grid("quick", null, List.of(), List.of(), List.of(), "", Map.of())),
        call("preset", () -> Configuration.of(null, Map.of())),
        call("settings", () -> Configuration.of("quick", null)),
        call("file", () -> Configuration.of("quick", "", null, Map.of())),
        call("baseline", () -> Configuration.of("quick", null, Optional.empty(), Map.of())));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aNullIsNamed(String name, Executable call) {
    assertEquals(name, assertThrows(NullPointerException.class, call).getMessage());
  }
}
