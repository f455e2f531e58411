// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EmbedStreamTest {

  /** Texts with keys that are sent at a time. */
  private static final int TEXTS = 300;

  @TempDir Path temp;

  @Test
  @Timeout(300)
  void textsOfATopicLeaveOnceEachWithTheirVectors() throws Exception {
    Path module = temp.resolve("module");
    TextModule.write(module);
    Path kafka = Files.createDirectory(temp.resolve("kafka"));
    try (Broker broker = Broker.start(kafka, List.of("texts", "vectors", "failures"));
        Topic vectors = new Topic(broker, "vectors");
        Topic failures = new Topic(broker, "failures")) {
      send(broker, 0);
      PipelineResult job = EmbedStream.build(options(broker, module)).run();
      try {
        vectors.await(TEXTS + 1);
        send(broker, TEXTS);
        vectors.await(2 * (TEXTS + 1));
        failures.await(2);
        broker.awaitCommitted("embed-stream", 2 * (TEXTS + 2));
      } finally {
        job.cancel();
      }
      assertVectors(vectors.all());
      assertFailures(failures.all());
    }
  }

  private static EmbedStream.Options options(Broker broker, Path module) {
    return PipelineOptionsFactory.fromArgs(
            "--runner=FlinkRunner",
            "--attachedMode=false",
            "--parallelism=2",
            "--checkpointingInterval=500",
            "--autoWatermarkInterval=200",
            "--brokers=" + broker.address(),
            "--texts=texts",
            "--vectors=vectors",
            "--failures=failures",
            "--module=" + module)
        .withValidation()
        .as(EmbedStream.Options.class);
  }

  /** Sends texts of as many characters as their keys say, one without a key, and a key alone. */
  private static void send(Broker broker, int first) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = first; i < first + TEXTS; i++) {
        producer.send(new ProducerRecord<>("texts", Integer.toString(i), "x".repeat(i)));
      }
      producer.send(new ProducerRecord<>("texts", null, "keyless"));
      producer.send(new ProducerRecord<>("texts", "no text " + first, null));
    }
  }

  private static void assertVectors(List<ConsumerRecord<String, String>> records) {
    List<String> expected = new ArrayList<>(List.of("null [7.0, 3.5]", "null [7.0, 3.5]"));
    for (int i = 0; i < 2 * TEXTS; i++) {
      expected.add(i + " " + Arrays.toString(new float[] {i, i / 2f}));
    }
    assertEquals(
        expected.stream().sorted().toList(),
        records.stream().map(one -> one.key() + " " + one.value()).sorted().toList());
    Set<String> digests = new HashSet<>();
    for (ConsumerRecord<String, String> record : records) {
      byte[] digest = record.headers().lastHeader(EmbedStream.MODULE).value();
      digests.add(new String(digest, StandardCharsets.UTF_8));
    }
    assertEquals(1, digests.size(), "one module: " + digests);
  }

  private static void assertFailures(List<ConsumerRecord<String, String>> records)
      throws Exception {
    List<String> ids = new ArrayList<>();
    for (ConsumerRecord<String, String> record : records) {
      JsonNode failure = new ObjectMapper().readTree(record.value());
      ids.add(failure.get("id").textValue());
      assertEquals("the value is missing", failure.get("reason").textValue());
    }
    ids.sort(null);
    assertEquals(List.of("no text 0", "no text " + TEXTS), ids);
  }
}
