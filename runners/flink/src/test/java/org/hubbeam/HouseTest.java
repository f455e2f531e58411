package org.hubbeam;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The floors of the house hold; and the rules notice a house in which they do not. */
class HouseTest {

  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.hubbeam");

  @TestFactory
  Stream<DynamicTest> theHouseStands() {
    return rules(new House("org.hubbeam"))
        .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(LIBRARY)));
  }

  @Test
  void everyPackageWithPublicTypesSaysWhatItIs() {
    Set<String> silent = new TreeSet<>();
    for (JavaClass type : LIBRARY) {
      if (type.getModifiers().contains(JavaModifier.PUBLIC)
          && !type.getPackageName().equals("org.hubbeam.proto")
          && !type.getPackage().tryGetPackageInfo().isPresent()) {
        silent.add(type.getPackageName());
      }
    }
    assertThat(silent).as("packages without package-info.java").isEmpty();
  }

  @Test
  void theRulesNoticeABrokenHouse() {
    JavaClasses broken = new ClassFileImporter().importPackages("org.hubbeam.broken");
    List<String> found =
        rules(new House("org.hubbeam.broken"))
            .flatMap(rule -> rule.evaluate(broken).getFailureReport().getDetails().stream())
            .toList();
    assertThat(found)
        .anyMatch(line -> line.contains("attic.Forgotten lies outside of the house"))
        .anyMatch(line -> line.contains("batch.Climber") && line.contains("model.Neighbour"))
        .anyMatch(line -> line.contains("hub.Visitor") && line.contains("model.Neighbour"))
        .anyMatch(line -> line.contains("model.Neighbour") && line.contains("beam.sdk.Pipeline"))
        .anyMatch(line -> line.contains("hub.Visitor") && line.contains("org.tensorflow.Graph"))
        .anyMatch(line -> line.contains("hub.Visitor") && line.contains("beam.sdk.Pipeline"))
        .anyMatch(line -> line.startsWith("Cycle detected"))
        .noneMatch(line -> line.contains("org.tensorflow.proto"));
  }

  private static Stream<ArchRule> rules(House house) {
    return Stream.of(
            Stream.of(house.everyPackageIsPlanned(), house.noCycles(), house.mediaApart()),
            house.importsGoDown().stream(),
            house.vendorsApart().stream())
        .flatMap(rules -> rules);
  }
}
