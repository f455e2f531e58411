// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** {@code embed} reads columns as the function declares them, from every format alike. */
class ColumnTypesTest {

  @TempDir Path work;
  private Path module;

  /** {@code x} float32 [n], {@code v} float32 [n, 2], {@code n} int64 [n], {@code b} bool [n]. */
  @BeforeEach
  void write() throws IOException {
    module = work.resolve("module");
    ModuleWriter writer = ModuleWriter.create();
    writer.function(
        "__call__",
        FunctionInputs.of(
            input("x", DType.FLOAT32, -1),
            input("v", DType.FLOAT32, -1, 2),
            input("n", DType.INT64, -1),
            input("b", DType.BOOL, -1)),
        f -> {
          var tf = f.tf();
          var one = tf.constant(1);
          Operand<TFloat32> x = tf.expandDims(f.input("x", TFloat32.class), one);
          Operand<TFloat32> n =
              tf.expandDims(tf.dtypes.cast(f.input("n", TInt64.class), TFloat32.class), one);
          Operand<TFloat32> b =
              tf.expandDims(tf.dtypes.cast(f.input("b", TBool.class), TFloat32.class), one);
          f.output(
              "all",
              tf.concat(List.of(x, f.input("v", TFloat32.class), n, b), one),
              Shape.of(-1, 5));
        });
    writer.signature("serving_default", "__call__").write(module);
  }

  private static ArraySpec input(String name, DType dtype, long... shape) {
    return new ArraySpec(name, dtype, Shape.of(shape), Layout.DENSE);
  }

  private Run embed(String format, Path file, String... more) {
    return Run.of(
        Stream.concat(
                Stream.of(
                    "embed",
                    "--module=" + module,
                    "--input=" + file,
                    "--inputFormat=" + format,
                    "--output=" + work.resolve("out"),
                    "--shards=1",
                    "--overwrite"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private Path lines(String name, String... lines) throws IOException {
    return Files.write(work.resolve(name), List.of(lines));
  }

  private List<String> vectors() throws IOException {
    return CliFixtures.examples(work.resolve("out")).stream()
        .map(e -> CliFixtures.floats(e, EmbedJob.EMBEDDING).toString())
        .toList();
  }

  private List<String> failures() throws IOException {
    List<String> failures = new ArrayList<>();
    for (String line : Files.readAllLines(work.resolve("out.failures.jsonl"))) {
      var failure = CliFixtures.json(line);
      failures.add(failure.get("column").asText() + ": " + failure.get("reason").asText());
    }
    return failures;
  }

  @Test
  void jsonIsReadAsTheFunctionDeclares() throws IOException {
    Path file =
        lines(
            "a.jsonl",
            "{'x': 2, 'v': [1, 2], 'n': '3', 'b': true, 'other': 'a'}",
            "{'x': NaN, 'v': ['1e3', -Infinity], 'n': 3.0, 'b': 0, 'other': 'b'}",
            "{'x': 'nan', 'v': [0.5, '.5'], 'n': 1e3, 'b': 'False', 'other': 1}",
            "{'x': 'N/A', 'v': [1, 2], 'n': 3, 'b': true}",
            "{'x': true, 'v': [1, 2], 'n': 3, 'b': true}",
            "{'x': 1, 'v': [1, 2], 'n': 2.5, 'b': true}",
            "{'x': 1, 'v': [1, 2, 3], 'n': 2, 'b': true}",
            "{'x': [1, 1], 'v': [1, 2], 'n': 2, 'b': true}",
            "{'x': [], 'v': [1, 2], 'n': 2, 'b': true}",
            "{'x': 1, 'v': [1, 2], 'n': 2, 'b': 2}",
            "{'x': 1, 'v': [1, 2], 'n': 2}",
            "{'x': 1, 'v': [1, 2], 'n': 2, 'b': true, 'other': '\\ud800'}");
    Files.writeString(file, Files.readString(file).replace('\'', '"'));
    assertThat(embed("jsonl", file).code()).as("most rows fail").isIn(0, 3);
    assertThat(vectors())
        .containsExactly(
            "[2.0, 1.0, 2.0, 3.0, 1.0]",
            "[NaN, 1000.0, -Infinity, 3.0, 0.0]",
            "[NaN, 0.5, 0.5, 1000.0, 0.0]");
    assertThat(failures())
        .containsExactlyInAnyOrder(
            "x: expected float32, found 'N/A'",
            "x: expected float32, found true",
            "n: expected int64, found 2.5",
            "v: expected 2 values, found 3",
            "x: expected 1 value, found 2",
            "x: expected 1 value, found 0",
            "b: expected bool, found 2",
            "b: expected 1 value, found 0",
            "other: the text has half of a surrogate pair, \\ud800, which UTF-8 does not have");
    assertThat(CliFixtures.text(CliFixtures.examples(work.resolve("out")).get(2), "other"))
        .isEqualTo("1");
  }

  @Test
  void csvIsReadAsTheFunctionDeclares() throws IOException {
    Path pairs = work.resolve("pairs");
    CliFixtures.pairs(pairs);
    module = pairs;
    Path file = lines("a.csv", "value,other", "2,1", " 1e3 ,2", "nan,", "x,3", ",4", "\"1,000\",5");
    assertThat(embed("csv", file).code()).isIn(0, 3);
    assertThat(vectors()).containsExactly("[2.0, 2.0]", "[1000.0, 1000.0]", "[NaN, NaN]");
    assertThat(failures())
        .containsExactlyInAnyOrder(
            "value: expected float32, found 'x'",
            "value: expected 1 value, found 0",
            "value: expected float32, found '1,000'");
    Example first = CliFixtures.examples(work.resolve("out")).get(0);
    assertThat(CliFixtures.floats(first, "value")).containsExactly(2f);
    assertThat(CliFixtures.text(first, "other")).isEqualTo("1");
  }

  @Test
  void columnTypesOverrule() throws IOException {
    module = CliFixtures.pairs(work.resolve("pairs"));
    Path file = lines("a.csv", "value,other", "2,1", "3,x");
    assertThat(embed("csv", file, "--columnTypes=value:string,other:int64").code()).isZero();
    Example only = CliFixtures.examples(work.resolve("out")).get(0);
    assertThat(CliFixtures.text(only, "value")).isEqualTo("2");
    assertThat(only.getFeatures().getFeatureOrThrow("other").getInt64List().getValueList())
        .containsExactly(1L);
    assertThat(vectors()).containsExactly("[2.0, 2.0]");
    assertThat(failures()).containsExactly("other: expected int64, found 'x'");
    for (String wrong : List.of("valu:string", "value", "value:text", "value:complex64")) {
      Run run = embed("csv", file, "--columnTypes=" + wrong);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("--columnTypes=");
    }
  }

  @Test
  void examplesAreReadAsTheFunctionDeclares() throws IOException {
    Path file = work.resolve("a.tfrecord");
    try (TFRecordWriter out = new TFRecordWriter(Files.newOutputStream(file), Compression.NONE)) {
      for (Feature[] row :
          List.of(
              new Feature[] {text("odd"), longs(1, 2), longs(3), longs(1)},
              new Feature[] {longs(2), longs(1, 2), floats(3), longs(1)},
              new Feature[] {floats(0.5f), floats(1, 2), text("3"), text("false")},
              new Feature[] {longs(16777217), longs(1, 2), longs(3), longs(0)},
              new Feature[] {floats(1), longs(1), longs(3), longs(0)},
              new Feature[] {floats(1), longs(1, 1), longs(3), longs(2)})) {
        out.write(
            Example.newBuilder()
                .setFeatures(
                    Features.newBuilder()
                        .putAllFeature(Map.of("x", row[0], "v", row[1], "n", row[2], "b", row[3])))
                .build()
                .toByteArray());
      }
    }
    assertThat(embed("tfrecord", file).code()).isIn(0, 3);
    assertThat(vectors()).containsExactly("[2.0, 1.0, 2.0, 3.0, 1.0]", "[0.5, 1.0, 2.0, 3.0, 0.0]");
    assertThat(failures())
        .containsExactlyInAnyOrder(
            "x: expected float32, found 'odd'",
            "x: expected float32, found the integer 16777217, which float32 does not have",
            "v: expected 2 values, found 1",
            "b: expected bool, found 2");
  }

  private static Feature longs(long... values) {
    Int64List.Builder list = Int64List.newBuilder();
    for (long value : values) {
      list.addValue(value);
    }
    return Feature.newBuilder().setInt64List(list).build();
  }

  private static Feature floats(float... values) {
    FloatList.Builder list = FloatList.newBuilder();
    for (float value : values) {
      list.addValue(value);
    }
    return Feature.newBuilder().setFloatList(list).build();
  }

  private static Feature text(String value) {
    return Feature.newBuilder()
        .setBytesList(BytesList.newBuilder().addValue(ByteString.copyFromUtf8(value)))
        .build();
  }
}
