// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

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

/** The packages follow the rules of {@link House}; and the rules find packages that do not. */
class HouseTest {

  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.hubbeam");

  @TestFactory
  Stream<DynamicTest> packagesFollowTheRules() {
    return rules(new House("org.hubbeam"))
        .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(LIBRARY)));
  }

  @Test
  void everyPackageWithPublicTypesHasAPackageInfo() {
    Set<String> undocumented = new TreeSet<>();
    for (JavaClass type : LIBRARY) {
      if (type.getModifiers().contains(JavaModifier.PUBLIC)
          && !type.getPackageName().equals("org.hubbeam.proto")
          && !type.getPackage().tryGetPackageInfo().isPresent()) {
        undocumented.add(type.getPackageName());
      }
    }
    assertThat(undocumented).as("packages without package-info.java").isEmpty();
  }

  @Test
  void theRulesFindViolations() {
    JavaClasses broken = new ClassFileImporter().importPackages("org.hubbeam.broken");
    List<String> found =
        rules(new House("org.hubbeam.broken"))
            .flatMap(rule -> rule.evaluate(broken).getFailureReport().getDetails().stream())
            .toList();
    assertThat(found)
        .anyMatch(line -> line.contains("unlisted.Unlisted is in a package that is not listed"))
        .anyMatch(
            line -> line.contains("batch.ImportsUpwards") && line.contains("model.ImportsBeam"))
        .anyMatch(line -> line.contains("hub.ImportsVendors") && line.contains("model.ImportsBeam"))
        .anyMatch(line -> line.contains("model.ImportsBeam") && line.contains("beam.sdk.Pipeline"))
        .anyMatch(
            line -> line.contains("hub.ImportsVendors") && line.contains("org.tensorflow.Graph"))
        .anyMatch(line -> line.contains("hub.ImportsVendors") && line.contains("beam.sdk.Pipeline"))
        .anyMatch(line -> line.startsWith("Cycle detected"))
        .noneMatch(line -> line.contains("org.tensorflow.proto"));
  }

  private static Stream<ArchRule> rules(House house) {
    return Stream.of(
            Stream.of(house.everyPackageIsListed(), house.noCycles(), house.mediaIsOptional()),
            house.importsGoDownwards().stream(),
            house.vendorsAreSeparate().stream())
        .flatMap(rules -> rules);
  }
}
