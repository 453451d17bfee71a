package org.onelabel.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.configuration.Presets;
import org.onelabel.pipeline.demo.DemoRequest;
import org.onelabel.pipeline.directory.Version;
import org.onelabel.pipeline.evaluation.Evaluation;
import org.onelabel.pipeline.evaluation.EvaluationRequest;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.experiment.ExperimentRequest;
import org.onelabel.pipeline.experiment.ExperimentResult;
import org.onelabel.pipeline.experiment.Grid;
import org.onelabel.pipeline.export.NetworkFormat;
import org.onelabel.pipeline.export.TrainingSet;
import org.onelabel.pipeline.export.TrainingSetRequest;
import org.onelabel.pipeline.inference.FurtherOutputs;
import org.onelabel.pipeline.inference.PredictionRequest;
import org.onelabel.pipeline.inference.Predictions;
import org.onelabel.pipeline.inference.ScanOutput;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.ContinueRequest;
import org.onelabel.pipeline.run.ResumeRequest;
import org.onelabel.pipeline.run.Review;
import org.onelabel.pipeline.run.RunRequest;
import org.onelabel.pipeline.run.RunResult;
import org.onelabel.pipeline.run.StageRequest;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.template.CorrectionRanking;
import org.onelabel.pipeline.template.TemplateRanking;
import org.onelabel.pipeline.template.TemplateRequest;

/** What commands may know: they parse, call the facade, and print. */
class PackagesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.onelabel.cli");

  /** The facade, what it takes and what it returns. */
  private static final Set<String> FACADE =
      Stream.of(
              OneLabel.class,
              Progress.class,
              Progress.Task.class,
              DeviceSettings.class,
              Configuration.class,
              Presets.class,
              RunRequest.class,
              ResumeRequest.class,
              StageRequest.class,
              RunResult.class,
              Review.class,
              Review.Scan.class,
              Review.State.class,
              ContinueRequest.class,
              RunMetrics.class,
              PredictionRequest.class,
              FurtherOutputs.class,
              ScanOutput.class,
              Predictions.class,
              TrainingSetRequest.class,
              TrainingSet.class,
              NetworkFormat.class,
              EvaluationRequest.class,
              Evaluation.class,
              Hd95.class,
              TemplateRequest.class,
              TemplateRanking.Candidate.class,
              CorrectionRanking.Candidate.class,
              ExperimentRequest.class,
              Grid.class,
              ExperimentResult.class,
              DemoRequest.class,
              Version.class)
          .map(Class::getName)
          .collect(Collectors.toUnmodifiableSet());

  private static final DescribedPredicate<JavaClass> INSIDE_THE_PIPELINE =
      DescribedPredicate.describe(
          "are inside the pipeline",
          type ->
              type.getPackageName().startsWith("org.onelabel.pipeline")
                  && !FACADE.contains(type.getName()));

  @Test
  void commandsOfScansKnowTheFacadeAlone() {
    noClasses().should().dependOnClassesThat(INSIDE_THE_PIPELINE).check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("org.onelabel.cli.scans..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.onelabel.kernels..", "org.onelabel.networks..")
        .check(CLASSES);
  }

  @Test
  void commandsOfKernelsKnowNoPipeline() {
    noClasses()
        .that()
        .resideInAPackage("org.onelabel.cli.kernels..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.onelabel.pipeline..", "org.onelabel.networks..", "org.onelabel.kernels.internal..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.onelabel.(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
