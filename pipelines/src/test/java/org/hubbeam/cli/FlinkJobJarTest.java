// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent to a cluster. */
class FlinkJobJarTest {

  private static final String PROPERTY = "hubbeam.flinkJob";

  @TempDir private Path work;

  @AfterEach
  void clear() {
    System.clearProperty(PROPERTY);
  }

  private static EngineArguments given(String... options) {
    return new EngineArguments(List.of(options));
  }

  @Test
  void theJobJarIsSentAndWhatTheUserAddedToTheClassPath() throws Exception {
    Path jar = Files.createFile(work.resolve("job.jar"));
    System.setProperty(PROPERTY, jar + File.pathSeparator + "/mine.jar");
    EngineArguments arguments = given("--flinkMaster=host");
    FlinkJobJar.addTo(arguments);
    assertThat(arguments.value("filesToStage")).contains(jar + ",/mine.jar");
    assertThatCode(() -> FlinkJobJar.check(given())).doesNotThrowAnyException();
  }

  @Test
  void whatTheUserNamesIsSentInstead() throws Exception {
    System.setProperty(PROPERTY, Files.createFile(work.resolve("job.jar")).toString());
    EngineArguments arguments = given("--filesToStage=other.jar");
    FlinkJobJar.addTo(arguments);
    assertThat(arguments.value("filesToStage")).contains("other.jar");
    System.setProperty(PROPERTY, work.resolve("absent.jar").toString());
    assertThatCode(() -> FlinkJobJar.check(arguments)).doesNotThrowAnyException();
  }

  @Test
  void aMissingJarIsNamedWithHowToBuildIt() {
    assertThatThrownBy(() -> FlinkJobJar.check(given()))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("there is no job jar")
        .hasMessageContaining("mvn -pl runners/flink -am -DskipTests package");
    Path absent = work.resolve("absent.jar");
    System.setProperty(PROPERTY, absent.toString());
    EngineArguments arguments = given("--flinkMaster=host");
    FlinkJobJar.addTo(arguments);
    assertThat(arguments.has("filesToStage")).isFalse();
    assertThatThrownBy(() -> FlinkJobJar.check(given())).hasMessageContaining(absent.toString());
  }
}
