// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a Flink job sends. */
class JobJarIT {

  private static JarFile jar;
  private static List<String> names;

  @BeforeAll
  static void open() throws IOException {
    jar = new JarFile(Built.job().toFile());
    names = jar.stream().map(ZipEntry::getName).toList();
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @Test
  void itHasAtMost60Megabytes() throws IOException {
    assertThat(Files.size(Built.job())).isLessThan(60_000_000);
  }

  @Test
  void itRunsThePrograms() throws IOException {
    assertThat(jar.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS))
        .isEqualTo("org.hubbeam.cli.Main");
    assertThat(names)
        .contains(
            "org/hubbeam/cli/Main.class",
            "org/hubbeam/inference/HubEmbed.class",
            "org/hubbeam/media/ImageDecoder.class",
            "org/apache/beam/runners/flink/FlinkRunner.class",
            "picocli/CommandLine.class");
  }

  /** All of that is in the cluster, once for all jobs, or runs in the launcher only. */
  @Test
  void itHasNoNativesNoFlinkAndNoTests() {
    assertThat(names)
        .noneMatch(
            name ->
                name.matches(
                    "(org/(tensorflow|bytedeco|slf4j|junit)"
                        + "|org/apache/flink|com/google/protobuf|com/github/luben"
                        + "|org/apache/beam/runners/direct|org/hubbeam/test(ing|data))/.*"))
        .noneMatch(name -> name.matches(".*\\.(so|dylib|dll|jnilib)") && !name.contains("jline"));
  }

  @Test
  void servicesOfAllJarsAreThere() throws IOException {
    assertThat(service("org.apache.beam.sdk.io.FileSystemRegistrar"))
        .contains("hubbeam.FileSystemOptions", "org.apache.beam.sdk.io.LocalFileSystemRegistrar");
    assertThat(service("org.apache.beam.sdk.options.PipelineOptionsRegistrar"))
        .contains("org.apache.beam.runners.flink", "org.apache.beam.sdk.options");
    assertThat(service("org.hubbeam.hub.RemoteFiles")).contains("BeamRemoteFiles");
    assertThat(service("javax.imageio.spi.ImageReaderSpi")).contains("twelvemonkeys");
  }

  @Test
  void itHasNoSignaturesOfSingleJars() {
    assertThat(names).noneMatch(name -> name.matches("META-INF/[^/]+\\.(SF|DSA|RSA)"));
    assertThat(names).doesNotHaveDuplicates();
  }

  private static String service(String name) throws IOException {
    ZipEntry entry = jar.getEntry("META-INF/services/" + name);
    assertThat(entry).as(name).isNotNull();
    return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
  }
}
