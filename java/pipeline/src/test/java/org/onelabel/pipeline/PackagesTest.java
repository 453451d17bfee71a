package org.onelabel.pipeline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * How the packages of the pipeline may depend on each other, and how large they and their parts
 * are.
 */
class PackagesTest {
  private static final int MOST_CLASSES = 20;
  private static final int MOST_PARAMETERS = 7;
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.onelabel.pipeline");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.onelabel.pipeline.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nothingBelowKnowsTheFacade() {
    noClasses()
        .that()
        .resideInAPackage("org.onelabel.pipeline.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.onelabel.pipeline")
        .check(CLASSES);
  }

  @Test
  void noPackageIsLarge() {
    Map<String, Long> sizes =
        CLASSES.stream()
            .filter(JavaClass::isTopLevelClass)
            .collect(
                Collectors.groupingBy(
                    JavaClass::getPackageName, TreeMap::new, Collectors.counting()));
    assertTrue(sizes.size() > 20, () -> "found " + sizes.keySet());
    assertEquals(
        Map.of(),
        sizes.entrySet().stream()
            .filter(size -> size.getValue() > MOST_CLASSES)
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  @Test
  void nothingTakesManyParameters() {
    // What the compiler makes is left out: lambdas, and what local and anonymous classes capture.
    List<String> tooMany =
        CLASSES.stream()
            .filter(type -> !type.isAnonymousClass() && !type.isLocalClass())
            .flatMap(type -> type.getCodeUnits().stream())
            .filter(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
            .filter(unit -> unit.getRawParameterTypes().size() > MOST_PARAMETERS)
            .map(JavaCodeUnit::getFullName)
            .sorted()
            .toList();
    assertEquals(List.of(), tooMany);
  }
}
