// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.search.Metric;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows in an index of a real server, which takes no more than 200 KB at a time. */
class OpenSearchSinkTest {

  private static final AtomicReference<OpenSearchProcess> NODE = new AtomicReference<>();
  private static final int REQUEST = 16 << 10;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws Exception {
    NODE.set(OpenSearchProcess.start(folder));
  }

  @AfterAll
  static void stop() {
    OpenSearchProcess node = NODE.getAndSet(null);
    if (node != null) {
      node.close();
    }
  }

  private static OpenSearchProcess node() {
    return NODE.get();
  }

  private static OpenSearchSink sink(String index) {
    return OpenSearchSink.to(node().uri(), index).withRequestBytes(REQUEST);
  }

  /** Rows {@code from..to}: a vector on the unit circle, and columns. */
  private static Batch rows(int from, int to) {
    int count = to - from;
    String[] ids = new String[count];
    String[] texts = new String[count];
    long[] years = new long[count];
    float[] vectors = new float[2 * count];
    for (int i = 0; i < count; i++) {
      ids[i] = "row " + (from + i);
      texts[i] = "The text \"" + (from + i) + "\" \ud83d\ude00";
      years[i] = 1900L + from + i;
      vectors[2 * i] = (float) Math.cos((from + i) / 1000.0);
      vectors[2 * i + 1] = (float) Math.sin((from + i) / 1000.0);
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("id", Array.Dense.vector(Values.of(ids)));
    columns.put("text", Array.Dense.vector(Values.of(texts)));
    columns.put("year", Array.Dense.vector(Values.of(years)));
    columns.put("embedding", new Array.Dense(List.of((long) count, 2L), Values.of(vectors)));
    return new Batch(count, columns, origin(count));
  }

  private static Batch.Origin origin(int rows) {
    long[] records = new long[rows];
    Arrays.setAll(records, i -> i);
    return new Batch.Origin("f", records);
  }

  private static List<Failure> write(OpenSearchSink sink, Batch... batches) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    List<Failure> failures = Collections.synchronizedList(new ArrayList<>());
    Collected.LISTS.put(sink.describe(), failures);
    String name = sink.describe();
    WriteVectors.Result result =
        pipeline
            .apply(Create.of(List.of(batches)).withCoder(BatchCoder.of()))
            .apply(WriteVectors.to(sink));
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              all.forEach(Collected.LISTS.get(name)::add);
              return null;
            });
    pipeline.run().waitUntilFinish();
    return failures;
  }

  /** Failures of pipelines that ran here. */
  private static final class Collected {
    static final Map<String, List<Failure>> LISTS = new ConcurrentHashMap<>();
  }

  @Test
  void rowsAreFoundByTheirVectorsAndWords() throws Exception {
    OpenSearchSink sink = sink("found").withTemplate(Metric.COSINE);
    for (int replay = 0; replay < 5; replay++) {
      assertThat(write(sink, rows(0, 300), rows(300, 500))).isEmpty();
    }
    assertThat(node().count("found")).isEqualTo(500);
    JsonNode field =
        node().ask("GET", "/found/_mapping", "").at("/found/mappings/properties/embedding");
    assertThat(field.at("/type").asText()).isEqualTo("knn_vector");
    assertThat(field.at("/method/space_type").asText()).isEqualTo("cosinesimil");
    JsonNode near =
        node()
            .ask(
                "POST",
                "/found/_search",
                "{\"query\":{\"knn\":{\"embedding\":{\"vector\":["
                    + (float) Math.cos(0.123)
                    + ","
                    + (float) Math.sin(0.123)
                    + "],\"k\":1}}}}");
    assertThat(near.at("/hits/hits/0/_id").asText()).isEqualTo("row 123");
    assertThat(near.at("/hits/hits/0/_source/year").asLong()).isEqualTo(2023);
    JsonNode words =
        node().ask("POST", "/found/_search", "{\"query\":{\"match\":{\"text\":\"77\"}}}");
    assertThat(words.at("/hits/total/value").asInt()).isEqualTo(1);
    assertThat(words.at("/hits/hits/0/_source/text").asText())
        .isEqualTo("The text \"77\" \ud83d\ude00");
  }

  @Test
  void documentsThatAreRefusedAreFailures() throws Exception {
    node()
        .ask(
            "PUT",
            "/refused",
            """
            {"settings": {"index.knn": true}, "mappings": {"properties": {
              "year": {"type": "long"},
              "embedding": {"type": "knn_vector", "dimension": 2, "method": {
                "name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"}}}}}
            """);
    String[] ids = {"good", "zero", "x".repeat(600), "word", "nan", "last"};
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("id", Array.Dense.vector(Values.of(ids)));
    columns.put("year", Array.Dense.vector(Values.of("1", "2", "3", "four", "5", "6")));
    columns.put(
        "embedding",
        new Array.Dense(List.of(6L, 2L), Values.of(1f, 0, 0, 0, 1, 1, 1, 1, Float.NaN, 1, 0, 1)));
    List<Failure> failures = write(sink("refused"), new Batch(6, columns, origin(6)));
    assertThat(failures)
        .extracting(Failure::id)
        .containsExactlyInAnyOrder("f@1", "f@2", "f@3", "f@4");
    assertThat(failures)
        .extracting(Failure::reason)
        .anyMatch(reason -> reason.contains("zero vector"))
        .anyMatch(reason -> reason.contains("the id has 600 bytes"))
        .anyMatch(reason -> reason.contains("failed to parse field [year] of type [long]"))
        .anyMatch(reason -> reason.contains("NaN"));
    assertThat(node().count("refused")).isEqualTo(2);
  }

  @Test
  void anIndexThatDoesNotFitEndsTheJobBeforeARowIsWritten() throws Exception {
    VectorSchema schema = VectorSchema.of(rows(0, 1), "id", "embedding");
    assertThatThrownBy(() -> sink("missing").open(schema))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has no index missing");
    node()
        .ask(
            "PUT",
            "/plain",
            "{\"mappings\":{\"properties\":{\"embedding\":{\"type\":\"float\"}}}}");
    assertThatThrownBy(() -> sink("plain").open(schema))
        .hasMessageContaining("a field of the type float 'embedding'");
    node()
        .ask(
            "PUT",
            "/longer",
            "{\"settings\":{\"index.knn\":true},\"mappings\":{\"properties\":{\"embedding\":"
                + "{\"type\":\"knn_vector\",\"dimension\":3}}}}");
    assertThatThrownBy(() -> sink("longer").open(schema))
        .hasMessageContaining("has 3 numbers, and the vectors have 2");
  }

  @Test
  void whatTheServerIsTooBusyForIsWrittenAgain() throws Exception {
    OpenSearchSink sink =
        OpenSearchSink.to(node().uri(), "busy")
            .withTemplate(Metric.EUCLIDEAN)
            .withRequestBytes(90 << 10);
    VectorSchema schema = VectorSchema.of(rows(0, 1), "id", "embedding");
    sink.open(schema).close();
    AtomicInteger waits = new AtomicInteger();
    RetryPolicy policy = RetryPolicy.DEFAULT.withFirst(Duration.ofMillis(20));
    ExecutorService clients = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int c = 0; c < 6; c++) {
        int client = c;
        running.add(
            clients.submit(
                () -> {
                  try (RetryingWriter writer =
                      new RetryingWriter(
                          sink,
                          schema,
                          policy,
                          millis -> {
                            waits.incrementAndGet();
                            Thread.sleep(millis);
                          })) {
                    for (int part = 0; part < 4; part++) {
                      int from = 2000 * client + 500 * part;
                      assertThat(writer.write(rows(from, from + 500))).isEmpty();
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      clients.shutdownNow();
    }
    assertThat(node().count("busy")).isEqualTo(12_000);
    assertThat(waits.get()).isPositive();
  }

  @Test
  void aServerThatDiesIsWaitedFor() throws Exception {
    OpenSearchSink sink = sink("survives").withTemplate(Metric.DOT);
    VectorSchema schema = VectorSchema.of(rows(0, 1), "id", "embedding");
    AtomicInteger waits = new AtomicInteger();
    RetryingWriter.Pause pause =
        millis -> {
          if (waits.incrementAndGet() == 1) {
            try {
              node().restart();
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }
          Thread.sleep(millis);
        };
    try (RetryingWriter writer = new RetryingWriter(sink, schema, RetryPolicy.DEFAULT, pause)) {
      assertThat(writer.write(rows(0, 100))).isEmpty();
      node().kill();
      assertThat(writer.write(rows(50, 200))).isEmpty();
    }
    assertThat(waits.get()).isPositive();
    assertThat(node().count("survives")).isEqualTo(200);
  }
}
