package org.onelabel.volumes;

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

/** Arrows between packages point one way; packages and parameter lists are small. */
class PackagesTest {
  private static final int MOST_CLASSES = 20;
  private static final int MOST_PARAMETERS = 7;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.onelabel.volumes");

  @Test
  void packagesFormNoCycle() {
    slices().matching("org.onelabel.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void noParameterListIsLong() {
    List<String> longOnes =
        CLASSES.stream()
            .flatMap(found -> found.getCodeUnits().stream())
            .filter(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
            .filter(unit -> unit.getRawParameterTypes().size() > MOST_PARAMETERS)
            .map(JavaCodeUnit::getFullName)
            .sorted()
            .toList();
    assertEquals(List.of(), longOnes);
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
    assertEquals(11, sizes.size(), sizes.toString());
    sizes.forEach((name, size) -> assertTrue(size <= MOST_CLASSES, name + " has " + size));
  }
}
