// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.batch.Internal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages in {@code docs/} and {@code licenses/} list what there is. */
class DocsTest {

  private static final Path ROOT = Path.of(System.getProperty("hubbeam.root"));

  private static final JavaClasses PROJECT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.hubbeam", "hubbeam");

  /** {@code ## org.hubbeam.batch}, {@code | `Array` | ...}. */
  private static final Pattern API_LINE =
      Pattern.compile("(?m)^## `(org\\.hubbeam\\.\\w+)`|^\\| `(\\w+)` \\|");

  private static final Pattern PACKAGE_LINE =
      Pattern.compile("(?m)^\\| ([0-9–]+) \\| `(\\w+)` \\|");

  private static final Pattern CLASS_NAME =
      Pattern.compile("`(?:hubbeam\\.)?([A-Z]\\w*[a-z]\\w*)`");

  private static final Pattern JAR_LINE =
      Pattern.compile("(?m)^\\| `([\\w.-]+)` \\| (`[^|]+`) \\| [^|]+ \\|$");

  /** Class names in the pages that are not this project's. */
  private static final Set<String> FOREIGN =
      Set.of(
          "Any",
          "GroupIntoBatches",
          "If",
          "MapDefun",
          "Math",
          "MergeV2Checkpoints",
          "PCollection",
          "ReadVariableOp",
          "ResourceGather",
          "SaveV2",
          "ServiceLoader",
          "StopGradient",
          "StrictMath",
          "While",
          "WindowFn",
          "WriteFiles");

  @Test
  void theApiPageListsThePublicTypes() throws IOException {
    Set<String> listed = new TreeSet<>();
    String[] section = {""};
    API_LINE
        .matcher(page("docs/api.md"))
        .results()
        .forEach(
            line -> {
              if (line.group(1) == null) {
                listed.add(section[0] + "." + line.group(2));
              } else {
                section[0] = line.group(1);
              }
            });
    assertThat(listed)
        .as("the types in docs/api.md: public, top-level, not @Internal, in transforms/")
        .isEqualTo(
            PROJECT.stream()
                .filter(DocsTest::isApi)
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static boolean isApi(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.isTopLevelClass()
        && !type.isAnnotatedWith(Internal.class)
        && !type.getSimpleName().equals("package-info")
        && !type.getPackageName().equals("org.hubbeam.proto")
        && type.getSource()
            .map(s -> Location.of(s.getUri()).contains("/transforms/"))
            .orElse(false);
  }

  @Test
  void theHousePageListsThePackages() throws IOException {
    Set<String> listed =
        PACKAGE_LINE
            .matcher(page("docs/house.md"))
            .results()
            .map(line -> line.group(2) + " on floor " + line.group(1).replace('–', '-'))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(listed)
        .as("the floors in docs/house.md")
        .isEqualTo(
            House.PACKAGES.stream()
                .map(rules -> rules.name() + " on floor " + rules.floor())
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/decisions.md", "docs/house.md"})
  void thePagesNameClassesThatExist(String page) throws IOException {
    Set<String> existing =
        PROJECT.stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());
    existing.addAll(FOREIGN);
    existing.add(HouseTest.class.getSimpleName());
    existing.add(House.class.getSimpleName());
    assertThat(
            CLASS_NAME
                .matcher(page(page))
                .results()
                .map(name -> name.group(1))
                .filter(name -> !existing.contains(name)))
        .as("classes named in %s that do not exist", page)
        .isEmpty();
  }

  @Test
  void theThirdPartyPageListsTheJars() throws IOException {
    Set<String> listed =
        JAR_LINE
            .matcher(page("licenses/THIRD-PARTY.md"))
            .results()
            .flatMap(DocsTest::jars)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> jars =
        Stream.of(page("target/classpath.txt").strip().split(File.pathSeparator))
            .filter(jar -> jar.endsWith(".jar") && !Path.of(jar).startsWith(ROOT))
            .map(DocsTest::coordinates)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(jars).as("jars without a line in licenses/THIRD-PARTY.md").isSubsetOf(listed);
  }

  private static Stream<String> jars(MatchResult line) {
    return Stream.of(line.group(2).split(", "))
        .map(artifact -> line.group(1) + ":" + artifact.replace("`", ""));
  }

  /** The end of the group and the artifact, from {@code .../GROUP/ARTIFACT/VERSION/FILE}. */
  private static String coordinates(String jar) {
    Path artifact = Path.of(jar).getParent().getParent();
    String folders = artifact.getParent().toString().replace(File.separatorChar, '.');
    String repository = ".repository.";
    int from = folders.lastIndexOf(repository);
    return folders.substring(from < 0 ? 0 : from + repository.length())
        + ":"
        + artifact.getFileName();
  }

  private static String page(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
