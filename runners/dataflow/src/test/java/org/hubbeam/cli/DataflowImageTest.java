// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that the image of workers is made of; there is no Docker here to make it. */
class DataflowImageTest {

  private static final Path MODULE = TestFiles.root().resolve("runners/dataflow");
  private static final Path IMAGE = MODULE.resolve("src/main/image");
  private static final Pattern COPY = Pattern.compile("(?m)^COPY (\\S+) (\\S+)$");

  @TempDir private Path work;

  @Test
  void theImageIsOfTheBeamThatJobsAreMadeWith() throws IOException {
    assertThat(Files.readAllLines(IMAGE.resolve("Dockerfile")))
        .contains("FROM apache/beam_java17_sdk:" + ReleaseInfo.getReleaseInfo().getVersion());
  }

  @Test
  void whatIsCopiedIsInTheFolder() throws IOException {
    String assembly = Files.readString(MODULE.resolve("src/main/assembly/folder.xml"));
    Set<String> there = new TreeSet<>();
    try (Stream<Path> files = Files.list(IMAGE)) {
      files.map(file -> file.getFileName().toString()).forEach(there::add);
    }
    Matcher folders = Pattern.compile("<outputDirectory>(\\w+)<").matcher(assembly);
    while (folders.find()) {
      there.add(folders.group(1) + "/");
    }
    assertThat(COPY.matcher(Files.readString(IMAGE.resolve("Dockerfile"))).results())
        .isNotEmpty()
        .allSatisfy(copy -> assertThat(there).contains(copy.group(1)));
  }

  @Test
  void workersGetAllJarsButThoseThatJobsBring() throws Exception {
    Files.writeString(
        work.resolve("classpath.txt"),
        "@lib@/hubbeam-core-0.1.0.jar:@lib@/beam-a-1.jar:@lib@/slf4j-simple-2.jar"
            + ":@lib@/tensorflow-core-native-1-linux-x86_64.jar\n");
    Process script =
        new ProcessBuilder("sh", IMAGE.resolve("class-path.sh").toString(), work.toString())
            .redirectErrorStream(true)
            .start();
    byte[] printed = script.getInputStream().readAllBytes();
    assertThat(script.waitFor()).as(new String(printed, UTF_8)).isZero();

    // The names that the boot program of Beam's containers reads.
    JsonNode option = new ObjectMapper().readTree(printed);
    assertThat(option.get("enabled").asBoolean()).isTrue();
    JsonNode options = option.get("options");
    assertThat(options.get("properties").get("org.bytedeco.javacpp.nopointergc").asText())
        .isEqualTo("true");
    assertThat(new ObjectMapper().convertValue(options.get("classpath"), String[].class))
        .containsExactlyElementsOf(
            List.of(work + "/beam-a-1.jar", work + "/tensorflow-core-native-1-linux-x86_64.jar"));
  }
}
