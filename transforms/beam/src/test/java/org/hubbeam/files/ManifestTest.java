package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {

  @TempDir Path folder;

  private static Manifest manifest(long rows) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("hubbeam", "1.0");
    versions.put("beam", "2.x");
    return new Manifest(
        List.of(
            new Manifest.Source("/a", "", "ab", "__call__", Map.of("words", "tokens")),
            new Manifest.Source(
                "https://a/b",
                "https://c/d",
                "abc",
                "serve(training=False)",
                Map.of("v", "größe"))),
        List.of("l2"),
        128,
        new Manifest.Counts(rows, 2),
        List.of("set-00000-of-00002.tfrecord", "set-00001-of-00002.tfrecord"),
        versions,
        "2024-01-02T03:04:05Z");
  }

  @Test
  void fileAndBack() throws Exception {
    String file = folder.resolve("set.manifest.json").toString();
    manifest(1).write(file);
    manifest(1L << 40).write(file);
    assertThat(Manifest.read(file)).isEqualTo(manifest(1L << 40));
    assertThat(folder).isDirectoryContaining(f -> f.endsWith("set.manifest.json"));
    try (var files = Files.list(folder)) {
      assertThat(files.toList()).hasSize(1);
    }
  }

  @Test
  void whatIsNoManifestIsRefused() {
    for (String text : List.of("", "[]", "5", "null", "{", "{\"modules\": []}")) {
      assertThatThrownBy(() -> Manifest.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("this is no manifest: ");
    }
    String rows = manifest(7).toJson().replace("\"rows\" : 7", "\"rows\" : \"seven\"");
    assertThatThrownBy(() -> Manifest.parse(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"rows\"");
  }
}
