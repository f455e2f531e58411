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
 * The plan of the house: the packages, their floors, and which vendor each may touch; and the rules
 * that follow from it, for the packages below any root. {@code docs/house.md} draws it.
 */
final class House {

  /** What a package may import beside plain libraries. */
  enum Vendor {
    PLAIN,
    BEAM,
    TENSORFLOW,
    FFMPEG
  }

  /** One package. */
  record Room(String name, int floor, Vendor vendor) {}

  static final List<Room> ROOMS =
      List.of(
          new Room("proto", -1, Vendor.PLAIN),
          new Room("batch", 0, Vendor.PLAIN),
          new Room("reducer", 1, Vendor.PLAIN),
          new Room("media", 1, Vendor.FFMPEG),
          new Room("vectors", 1, Vendor.PLAIN),
          new Room("tfrecord", 1, Vendor.PLAIN),
          new Room("hub", 1, Vendor.PLAIN),
          new Room("model", 2, Vendor.TENSORFLOW),
          new Room("plan", 3, Vendor.PLAIN),
          new Room("files", 2, Vendor.BEAM),
          new Room("inference", 3, Vendor.BEAM),
          new Room("decoding", 4, Vendor.BEAM),
          new Room("preprocessing", 4, Vendor.TENSORFLOW),
          new Room("spec", 5, Vendor.TENSORFLOW),
          new Room("analysis", 5, Vendor.BEAM),
          new Room("testdata", 5, Vendor.TENSORFLOW),
          new Room("cli", 6, Vendor.BEAM));

  private static final DescribedPredicate<JavaClass> BEAM = resideInAPackage("org.apache.beam..");

  /** TensorFlow that runs something: its protos are data. */
  static final DescribedPredicate<JavaClass> TENSORFLOW =
      resideInAPackage("org.tensorflow..")
          .and(DescribedPredicate.not(resideInAPackage("org.tensorflow.proto..")))
          .and(DescribedPredicate.not(resideInAPackage("org.tensorflow.metadata..")))
          .as("the TensorFlow runtime");

  private static final DescribedPredicate<JavaClass> FFMPEG =
      resideInAPackage("org.bytedeco.ffmpeg..");

  /** What brings native libraries into a JVM. */
  private static final DescribedPredicate<JavaClass> JAVACPP =
      resideInAPackage("org.bytedeco..").and(DescribedPredicate.not(FFMPEG));

  private static final DescribedPredicate<JavaClass> ROOF_ONLY =
      resideInAPackage("picocli..").or(resideInAPackage("me.tongfei.progressbar.."));

  private final String root;

  /** The house whose packages lie below {@code root}. */
  House(String root) {
    this.root = root;
  }

  /** Every class lies in a package of the plan, not above and not below it. */
  ArchRule everyPackageIsPlanned() {
    Set<String> planned = new TreeSet<>();
    ROOMS.forEach(room -> planned.add(root + "." + room.name()));
    return ArchRuleDefinition.classes()
        .that()
        .resideInAPackage(root + "..")
        .should(
            condition(
                "lie in one of " + planned,
                type ->
                    planned.contains(type.getPackageName())
                        ? Optional.empty()
                        : Optional.of(type.getName() + " lies outside of the house")));
  }

  /** A package uses only those of floors below its own, and itself. */
  List<ArchRule> importsGoDown() {
    List<ArchRule> rules = new ArrayList<>();
    for (Room room : ROOMS) {
      String[] closed =
          ROOMS.stream()
              .filter(other -> !other.equals(room) && other.floor() >= room.floor())
              .map(this::packages)
              .toArray(String[]::new);
      rules.add(
          noClasses()
              .that()
              .resideInAPackage(packages(room))
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(closed)
              .allowEmptyShould(true));
    }
    return rules;
  }

  /** No package uses itself by way of another. */
  ArchRule noCycles() {
    return slices().matching(root + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);
  }

  /** Each vendor is touched only where the plan says so, hence never two in one package. */
  List<ArchRule> vendorsApart() {
    return List.of(
        closed(TENSORFLOW, Vendor.TENSORFLOW),
        closed(FFMPEG, Vendor.FFMPEG),
        closed(JAVACPP, Vendor.TENSORFLOW, Vendor.FFMPEG),
        closed(BEAM, Vendor.BEAM),
        noClasses()
            .that()
            .resideOutsideOfPackages(root + ".cli..")
            .should()
            .dependOnClassesThat(ROOF_ONLY));
  }

  /** Media is optional: texts and tables do without it. */
  ArchRule mediaApart() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(root + ".media..", root + ".decoding..", root + ".cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root + ".media..")
        .because("hubbeam-media is an optional dependency of hubbeam-beam")
        .allowEmptyShould(true);
  }

  private ArchRule closed(DescribedPredicate<JavaClass> vendor, Vendor... open) {
    String[] rooms =
        ROOMS.stream()
            .filter(room -> Arrays.asList(open).contains(room.vendor()))
            .map(this::packages)
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideOutsideOfPackages(rooms)
        .should()
        .dependOnClassesThat(vendor)
        .because(
            "only "
                + ROOMS.stream()
                    .filter(r -> Arrays.asList(open).contains(r.vendor()))
                    .map(Room::name)
                    .collect(Collectors.joining(", "))
                + " may")
        .allowEmptyShould(true);
  }

  private String packages(Room room) {
    return root + "." + room.name() + "..";
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
