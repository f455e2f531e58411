// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureServerTest {

  @TempDir Path temp;

  @Test
  void answersWithFeaturesAndVectors() throws Exception {
    Path fitted = temp.resolve("fitted");
    BatchSchema schema =
        new BatchSchema(List.of(new ArraySpec("age", DType.FLOAT32, Shape.of(-1), Layout.DENSE)));
    Preprocessor preprocessor =
        Preprocessor.of(schema, in -> Map.of("age_01", Scaling.scaleTo01(in.get("age"))));
    Batch ages = Batch.of(Map.of("age", Array.Dense.vector(Values.of(20f, 40f, 60f))));
    try (var run = preprocessor.applyLocally(List.of(ages))) {
      run.write(fitted);
    }
    Path module = temp.resolve("module");
    TextModule.write(module);

    try (FeatureServer server = new FeatureServer(fitted, module, 0)) {
      assertEquals(0.5, post(server, "/features", "{\"age\": 40}", 200).get("age_01").asDouble());
      assertEquals(TextModule.DIMENSION, post(server, "/embed", "a parcel", 200).size());
      assertTrue(post(server, "/features", "{\"age\": \"old\"}", 400).has("error"));
    }
  }

  @Test
  void neitherBeamNorFfmpegIsOnTheClassPath() {
    List<String> jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).getFileName().toString())
            .toList();
    assertTrue(jars.stream().anyMatch(jar -> jar.startsWith("hubbeam-core")), jars.toString());
    for (String jar : jars) {
      assertFalse(jar.matches("beam-.*|hubbeam-(beam|media).*|ffmpeg.*|flink-.*|grpc-.*"), jar);
    }
    for (String name :
        List.of("org.apache.beam.sdk.Pipeline", "org.bytedeco.ffmpeg.global.avutil")) {
      assertThrows(ClassNotFoundException.class, () -> Class.forName(name));
    }
  }

  private static JsonNode post(FeatureServer server, String path, String body, int status)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertEquals(status, response.statusCode(), response.body());
    return new ObjectMapper().readTree(response.body());
  }
}
