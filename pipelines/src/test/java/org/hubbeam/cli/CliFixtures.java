// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.files.BatchSink;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.testing.Records;
import org.tensorflow.proto.Example;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** What several tests of the programs need. */
final class CliFixtures {

  private static final ObjectMapper JSON = new ObjectMapper();

  private CliFixtures() {}

  static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  static JsonNode json(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }

  /** Every record of a set of TFRecords, file by file. */
  static List<Example> examples(Path prefix) throws IOException {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    List<Example> examples = new ArrayList<>();
    for (String file : BatchSink.existing(prefix.toString())) {
      examples.addAll(records(Path.of(file)));
    }
    return examples;
  }

  /** Every record of a file of TFRecords, packed or not. */
  static List<Example> records(Path file) throws IOException {
    List<Example> examples = new ArrayList<>();
    for (byte[] record : Records.read(file)) {
      examples.add(Example.parseFrom(record));
    }
    return examples;
  }

  static String text(Example example, String feature) {
    return example
        .getFeatures()
        .getFeatureOrThrow(feature)
        .getBytesList()
        .getValue(0)
        .toStringUtf8();
  }

  static List<Float> floats(Example example, String feature) {
    return example.getFeatures().getFeatureOrThrow(feature).getFloatList().getValueList();
  }

  /**
   * A module that refuses what is no number. {@code __call__} and {@code serving_default}: {@code
   * texts} string [n] to {@code value} float32 [n] and {@code doubled} float32 [n]. {@code scaled}:
   * the same to {@code output}, times the python argument {@code by}, 2 or 10.
   */
  static Path numbers(Path folder) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    FunctionInputs texts =
        FunctionInputs.of(new ArraySpec("texts", DType.STRING, Shape.of(-1), Layout.DENSE));
    writer.function(
        "__call__",
        texts,
        f -> {
          var number = number(f);
          f.output("value", number);
          f.output("doubled", f.tf().math.mul(number, f.tf().constant(2f)));
        });
    for (double by : new double[] {2, 10}) {
      writer.function(
          "scaled",
          texts.with("by", by),
          f -> f.output("output", f.tf().math.mul(number(f), f.tf().constant((float) by))));
    }
    writer.signature("serving_default", "__call__").write(folder);
    return folder;
  }

  /**
   * A module that takes {@code x} float32 [n, 3]. {@code default} gives {@code default}, twice
   * that; {@code other} gives {@code half}, and {@code sum} float32 [n].
   */
  static Path doubling(Path folder) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    FunctionInputs x =
        FunctionInputs.of(new ArraySpec("x", DType.FLOAT32, Shape.of(-1, 3), Layout.DENSE));
    writer.function(
        "twice",
        x,
        f ->
            f.output(
                "default", f.tf().math.mul(f.input("x", TFloat32.class), f.tf().constant(2f))));
    writer.function(
        "parts",
        x,
        f -> {
          var given = f.input("x", TFloat32.class);
          f.output("half", f.tf().math.mul(given, f.tf().constant(0.5f)));
          f.output("sum", f.tf().reduceSum(given, f.tf().constant(1)));
        });
    writer.signature("default", "twice").signature("other", "parts").write(folder);
    return folder;
  }

  /** A module that takes {@code value} float32 [n] and gives {@code pair} float32 [n, 2]. */
  static Path pairs(Path folder) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    writer.function(
        "__call__",
        FunctionInputs.of(new ArraySpec("value", DType.FLOAT32, Shape.of(-1), Layout.DENSE)),
        f -> {
          var value = f.tf().expandDims(f.input("value", TFloat32.class), f.tf().constant(1));
          var pair = f.tf().concat(List.of(value, value), f.tf().constant(1));
          f.output("pair", pair, Shape.of(-1, 2));
        });
    writer.signature("serving_default", "__call__").write(folder);
    return folder;
  }

  /** A detector that takes floats, {@code image} float32 [1, h, w, 3], and always sees one box. */
  static Path floatDetector(Path folder) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    writer.function(
        "__call__",
        FunctionInputs.of(
            new ArraySpec("image", DType.FLOAT32, Shape.of(1, -1, -1, 3), Layout.DENSE)),
        f -> {
          var tf = f.tf();
          var nothing =
              tf.math.mul(
                  tf.max(
                      f.input("image", TFloat32.class),
                      tf.range(tf.constant(0), tf.constant(4), tf.constant(1))),
                  tf.constant(0f));
          f.output(
              "detection_boxes",
              tf.math.add(tf.constant(new float[][][] {{{0.1f, 0.1f, 0.9f, 0.9f}}}), nothing),
              Shape.of(1, 1, 4));
          f.output(
              "detection_classes",
              tf.math.add(tf.constant(new float[][] {{1}}), nothing),
              Shape.of(1, 1));
          f.output(
              "detection_scores",
              tf.math.add(tf.constant(new float[][] {{1}}), nothing),
              Shape.of(1, 1));
          f.output(
              "num_detections", tf.math.add(tf.constant(new float[] {1}), nothing), Shape.of(1));
        });
    writer.signature("serving_default", "__call__").write(folder);
    return folder;
  }

  private static org.tensorflow.Operand<TFloat32> number(FunctionScope f) {
    return f.tf().strings.toNumber(f.input("texts", TString.class), TFloat32.class);
  }
}
