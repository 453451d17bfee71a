package org.onelabel.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What runs on Spark ships work of the pipeline and calls kernels; it knows no method. */
class PackagesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.onelabel.spark");

  @Test
  void ofThePipelineOnlyTheSeamIsKnown() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.onelabel.networks.(*)..",
            "org.onelabel.pipeline.workflow..",
            "org.onelabel.pipeline.inference..",
            "org.onelabel.pipeline.experiment..",
            "org.onelabel.pipeline.cohort..",
            "org.onelabel.pipeline.directory..",
            "org.onelabel.kernels.internal..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.onelabel.(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
