// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModuleManifestTest {

  private static ModuleManifest manifest(long rows) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("hubbeam", "1.0");
    versions.put("beam", "2.x");
    return new ModuleManifest(
        List.of(
            new ModuleManifest.Source("/a", "", "ab", "__call__", Map.of("words", "tokens")),
            new ModuleManifest.Source(
                "https://a/b",
                "https://c/d",
                "abc",
                "serve(training=False)",
                Map.of("v", "größe"))),
        new VectorRecipe(VectorRecipe.Input.text, List.of("--normalize")),
        null,
        List.of("l2"),
        128,
        new ModuleManifest.Counts("row", rows, 2),
        List.of("set-00000-of-00002.tfrecord", "set-00001-of-00002.tfrecord"),
        versions,
        "2024-01-02T03:04:05Z");
  }

  @Test
  void everythingIsInTheJson() throws Exception {
    JsonNode json = new ObjectMapper().readTree(manifest(1L << 40).toJson());

    assertThat(json.get("modules").get(0).toString())
        .isEqualTo(
            "{\"handle\":\"/a\",\"url\":\"\",\"digest\":\"ab\",\"function\":\"__call__\","
                + "\"outputs\":{\"words\":\"tokens\"}}");
    assertThat(json.get("modules").get(1).get("outputs").get("v").asText()).isEqualTo("größe");
    assertThat(json.get("recipe").toString())
        .isEqualTo("{\"input\":\"text\",\"options\":[\"--normalize\"]}");
    assertThat(json.get("steps").toString()).isEqualTo("[\"l2\"]");
    assertThat(json.get("dimension").asLong()).isEqualTo(128);
    assertThat(json.get("rows").asLong()).isEqualTo(1L << 40);
    assertThat(json.get("failures").asLong()).isEqualTo(2);
    assertThat(json.get("files")).hasSize(2);
    assertThat(json.get("versions").toString()).isEqualTo("{\"hubbeam\":\"1.0\",\"beam\":\"2.x\"}");
    assertThat(json.get("created").asText()).isEqualTo("2024-01-02T03:04:05Z");
  }
}
