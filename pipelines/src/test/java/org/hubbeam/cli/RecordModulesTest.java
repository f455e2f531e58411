// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.SoftAssertions;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.Values;
import org.hubbeam.model.Goldens;
import org.hubbeam.testing.Records;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code embed} with modules that parse whole records of TFRecord files themselves. */
class RecordModulesTest {

  @TempDir Path work;
  private Path input;

  @BeforeEach
  void name() {
    input = work.resolve("in.tfrecord");
  }

  private Run embed(String module, String... more) {
    return Run.of(
        Stream.concat(
                Stream.of(
                    "embed",
                    "--module=" + TestFiles.zoo(module),
                    "--input=" + input,
                    "--inputFormat=tfrecord",
                    "--output=" + work.resolve("v"),
                    "--shards=1"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private void write(List<byte[]> records) throws IOException {
    try (TFRecordWriter out = new TFRecordWriter(Files.newOutputStream(input), Compression.NONE)) {
      for (byte[] record : records) {
        out.write(record);
      }
    }
  }

  private Batch written() throws IOException {
    BatchSchema schema = BatchSchema.parse(Files.readString(work.resolve("v.schema.pbtxt")));
    ExampleDecoder decoder =
        ExampleDecoder.of("v", schema, f -> assertThat(f.reason()).as("a failure").isEmpty());
    for (byte[] record : Records.read(work.resolve("v-00000-of-00001.tfrecord"))) {
      decoder.add(record, 0, record.length, 0);
    }
    return decoder.build();
  }

  private static JsonNode call(String module, String signature) {
    JsonNode calls = Goldens.read(TestFiles.zoo(module + ".golden.json")).get("calls");
    return StreamSupport.stream(calls.spliterator(), false)
        .filter(c -> c.get("signature").asText().equals(signature))
        .findFirst()
        .orElseThrow();
  }

  private static List<byte[]> records(JsonNode call) {
    Array array = ArrayJson.decode(call.get("inputs")).values().iterator().next();
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < array.values().size(); i++) {
      records.add((byte[]) array.values().get(i));
    }
    return records;
  }

  @ParameterizedTest
  @CsvSource({
    "serialized_examples, serving_default, 'id,vector'",
    "serialized_examples, one_by_one, vector",
    "serialized_examples, sequences, 'steps,vector'",
    "serialized_examples, ranking, scores",
    "tf1_estimator, serving_default, 'classes,scores'",
    "tf1_estimator, regression, outputs",
    "tf1_estimator, predict, 'class_ids,logits'"
  })
  void recordsGoInUndecoded(String module, String signature, String outputs) throws IOException {
    JsonNode call = call(module, signature);
    write(records(call));
    List<String> options = new ArrayList<>(List.of("--outputs=" + outputs));
    if (!signature.equals("serving_default")) {
      options.add("--function=" + signature);
    }

    Run run = embed(module, options.toArray(String[]::new));

    assertThat(run.code()).as(run.err()).isZero();
    SoftAssertions softly = new SoftAssertions();
    Goldens.compare(softly, signature, call.get("outputs"), written().columns(), call);
    softly.assertAll();
  }

  @Test
  void anIdOfTheRecordIsKeptAndNamesFailures() throws IOException {
    List<byte[]> records = new ArrayList<>(records(call("serialized_examples", "serving_default")));
    records.add(idOnly(42));
    write(records);

    Run run = embed("serialized_examples", "--outputKey=vector", "--idColumn=id");

    assertThat(run.code()).as(run.err()).isZero();
    Batch written = written();
    assertThat(written.columns().keySet()).containsExactlyInAnyOrder("id", "embedding");
    assertThat(((Values.Numbers) written.column("id").values()).toLongs())
        .containsExactly(7, -8, 1L << 40);
    JsonNode failure = CliFixtures.json(work.resolve("v.failures.jsonl"));
    assertThat(failure.get("id").asText()).isEqualTo("42");
    assertThat(failure.get("reason").asText()).contains("Feature: x (data type: float)");
  }

  private static byte[] idOnly(long id) {
    return org.tensorflow.proto.Example.newBuilder()
        .setFeatures(
            org.tensorflow.proto.Features.newBuilder()
                .putFeature(
                    "id",
                    org.tensorflow.proto.Feature.newBuilder()
                        .setInt64List(org.tensorflow.proto.Int64List.newBuilder().addValue(id))
                        .build()))
        .build()
        .toByteArray();
  }

  @Test
  void recordsAreKeptWhereThatIsAsked() throws IOException {
    List<byte[]> records = records(call("tf1_estimator", "regression"));
    write(records);

    Run run = embed("tf1_estimator", "--function=regression", "--keepRecord");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(written().column("record").values()).isEqualTo(Values.ofBytes(records));
  }

  /** What parses nothing that is known as a record gets records only where that is asked. */
  @Test
  void rawRecordsGoToAnyInputOfStrings() throws IOException {
    JsonNode call = call("tf1_main_op", "serving_default");
    write(records(call));

    Run run = embed("tf1_main_op", "--raw", "--outputs=vector");

    assertThat(run.code()).as(run.err()).isZero();
    SoftAssertions softly = new SoftAssertions();
    Goldens.compare(softly, "raw", call.get("outputs"), written().columns(), call);
    softly.assertAll();
    assertThat(embed("tf1_main_op", "--raw", "--column=x", "--overwrite").err())
        .contains("--raw requires --inputFormat=tfrecord and excludes --column and --decode");
  }

  @Test
  void theOnlyOutputOfFloatsIsTakenAndOthersAreTold() throws IOException {
    write(records(call("tf1_estimator", "predict")));

    Run run = embed("tf1_estimator");

    assertThat(run.code()).as(run.err()).isZero();
    Batch taken = written();
    assertThat(embed("tf1_estimator", "--outputKey=scores", "--overwrite").code()).isZero();
    assertThat(written().columns()).isEqualTo(taken.columns());
    assertThat(embed("tf1_estimator", "--outputKey=none", "--overwrite").err())
        .contains("classes: string", "scores: float32");
  }
}
