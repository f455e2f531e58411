// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The packages, their floors and the vendor whose types each may use, as {@code docs/house.md}
 * shows them; and the rules that follow, for the packages below any root package.
 */
final class House {

  /** What a package may import besides plain libraries. */
  enum Vendor {
    PLAIN,
    BEAM,
    TENSORFLOW,
    FFMPEG
  }

  /** The rules of one package. */
  record Rules(String name, int floor, Vendor vendor) {}

  static final List<Rules> PACKAGES =
      List.of(
          new Rules("proto", -1, Vendor.PLAIN),
          new Rules("batch", 0, Vendor.PLAIN),
          new Rules("reducer", 1, Vendor.PLAIN),
          new Rules("media", 1, Vendor.FFMPEG),
          new Rules("texts", 1, Vendor.PLAIN),
          new Rules("vectors", 1, Vendor.PLAIN),
          new Rules("tfrecord", 1, Vendor.PLAIN),
          new Rules("hub", 1, Vendor.PLAIN),
          new Rules("search", 1, Vendor.PLAIN),
          new Rules("model", 2, Vendor.TENSORFLOW),
          new Rules("gradients", 3, Vendor.TENSORFLOW),
          new Rules("plan", 3, Vendor.PLAIN),
          new Rules("files", 2, Vendor.BEAM),
          new Rules("inference", 3, Vendor.BEAM),
          new Rules("decoding", 4, Vendor.BEAM),
          new Rules("sinks", 4, Vendor.BEAM),
          new Rules("neighbours", 4, Vendor.BEAM),
          new Rules("preprocessing", 4, Vendor.TENSORFLOW),
          new Rules("training", 4, Vendor.TENSORFLOW),
          new Rules("tfjs", 4, Vendor.TENSORFLOW),
          new Rules("spec", 5, Vendor.TENSORFLOW),
          new Rules("analysis", 5, Vendor.BEAM),
          new Rules("learning", 5, Vendor.BEAM),
          new Rules("testdata", 5, Vendor.TENSORFLOW),
          new Rules("explore", 5, Vendor.PLAIN),
          new Rules("report", 5, Vendor.PLAIN),
          new Rules("cli", 6, Vendor.BEAM));

  private static final DescribedPredicate<JavaClass> BEAM = resideInAPackage("org.apache.beam..");

  /** The TensorFlow runtime; the protos are data and not part of it. */
  static final DescribedPredicate<JavaClass> TENSORFLOW =
      resideInAPackage("org.tensorflow..")
          .and(DescribedPredicate.not(resideInAPackage("org.tensorflow.proto..")))
          .and(DescribedPredicate.not(resideInAPackage("org.tensorflow.metadata..")))
          .as("the TensorFlow runtime");

  private static final DescribedPredicate<JavaClass> FFMPEG =
      resideInAPackage("org.bytedeco.ffmpeg..");

  /** JavaCPP, which loads native libraries. */
  private static final DescribedPredicate<JavaClass> JAVACPP =
      resideInAPackage("org.bytedeco..").and(DescribedPredicate.not(FFMPEG));

  private static final DescribedPredicate<JavaClass> CLI_ONLY =
      resideInAPackage("picocli..").or(resideInAPackage("me.tongfei.progressbar.."));

  private final String root;

  /** The rules for the packages below {@code root}. */
  House(String root) {
    this.root = root;
  }

  /** Every class lies in a listed package, not above or below one. */
  ArchRule everyPackageIsListed() {
    Set<String> listed = new TreeSet<>();
    PACKAGES.forEach(entry -> listed.add(root + "." + entry.name()));
    return ArchRuleDefinition.classes()
        .that()
        .resideInAPackage(root + "..")
        .should(
            condition(
                "lie in one of " + listed,
                type ->
                    listed.contains(type.getPackageName())
                        ? Optional.empty()
                        : Optional.of(type.getName() + " is in a package that is not listed")));
  }

  /** A package uses only itself and packages of lower floors. */
  List<ArchRule> importsGoDownwards() {
    List<ArchRule> rules = new ArrayList<>();
    for (Rules entry : PACKAGES) {
      String[] forbidden =
          PACKAGES.stream()
              .filter(other -> !other.equals(entry) && other.floor() >= entry.floor())
              .map(this::packages)
              .toArray(String[]::new);
      rules.add(
          noClasses()
              .that()
              .resideInAPackage(packages(entry))
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(forbidden)
              .allowEmptyShould(true));
    }
    return rules;
  }

  /** There are no cycles between packages. */
  ArchRule noCycles() {
    return slices().matching(root + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);
  }

  /** A vendor is used only in the packages listed with it, so never two vendors in one package. */
  List<ArchRule> vendorsAreSeparate() {
    return List.of(
        onlyIn(TENSORFLOW, Vendor.TENSORFLOW),
        onlyIn(FFMPEG, Vendor.FFMPEG),
        onlyIn(JAVACPP, Vendor.TENSORFLOW, Vendor.FFMPEG),
        onlyIn(BEAM, Vendor.BEAM),
        noClasses()
            .that()
            .resideOutsideOfPackages(root + ".cli..")
            .should()
            .dependOnClassesThat(CLI_ONLY));
  }

  /** Media is optional: texts and tables do without it. */
  ArchRule mediaIsOptional() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(
            root + ".media..", root + ".decoding..", root + ".report..", root + ".cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root + ".media..")
        .because("hubbeam-media is an optional dependency of hubbeam-beam")
        .allowEmptyShould(true);
  }

  private ArchRule onlyIn(DescribedPredicate<JavaClass> vendor, Vendor... allowed) {
    String[] packages =
        PACKAGES.stream()
            .filter(entry -> Arrays.asList(allowed).contains(entry.vendor()))
            .map(this::packages)
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat(vendor)
        .because(
            "only "
                + PACKAGES.stream()
                    .filter(r -> Arrays.asList(allowed).contains(r.vendor()))
                    .map(Rules::name)
                    .collect(Collectors.joining(", "))
                + " may")
        .allowEmptyShould(true);
  }

  private String packages(Rules entry) {
    return root + "." + entry.name() + "..";
  }

  private static ArchCondition<JavaClass> condition(
      String words, java.util.function.Function<JavaClass, Optional<String>> check) {
    return new ArchCondition<>(words) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        check.apply(type).ifPresent(m -> events.add(SimpleConditionEvent.violated(type, m)));
      }
    };
  }
}
