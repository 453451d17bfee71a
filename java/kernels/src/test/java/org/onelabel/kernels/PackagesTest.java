package org.onelabel.kernels;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How the packages of the kernels may depend on each other, and how large they are. */
class PackagesTest {
  private static final int MOST_CLASSES = 20;
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.onelabel.kernels");

  @Test
  void packagesFormNoCycle() {
    slices().matching("org.onelabel.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void callsKnowNoImplementation() {
    noClasses()
        .that()
        .resideInAPackage("org.onelabel.kernels")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.onelabel.kernels.*..")
        .check(CLASSES);
  }

  @Test
  void noPackageHasManyClasses() {
    Map<String, Long> sizes =
        CLASSES.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(found -> !found.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getPackageName, TreeMap::new, Collectors.counting()));
    assertEquals(10, sizes.size(), sizes.toString());
    sizes.forEach((name, size) -> assertTrue(size <= MOST_CLASSES, name + " has " + size));
  }
}
