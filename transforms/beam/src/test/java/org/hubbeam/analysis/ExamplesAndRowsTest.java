// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Serialised examples in and out of analyses, and schemas of Beam rows. */
class ExamplesAndRowsTest {

  private static final BatchSchema SCHEMA =
      new BatchSchema(List.of(new ArraySpec("x", DType.FLOAT32, Shape.of(-1), Layout.DENSE)));

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path temp;

  private static Batch batch(float... x) {
    return Batch.of(Map.of("x", Array.Dense.vector(Values.of(x))));
  }

  @Test
  void examplesGoInAndOut() {
    Preprocessor preprocessor =
        Preprocessor.of(SCHEMA, in -> Map.of("z", Scaling.scaleTo01(in.get("x"))));
    Batch rows = batch(0f, 1f, 2f, 4f);
    List<byte[]> examples = new ArrayList<>();
    for (int i = 0; i < rows.rows(); i++) {
      examples.add(ExampleCodec.encode(rows, i));
    }
    examples.add("no example".getBytes(StandardCharsets.UTF_8));
    DecodeExamples.Result decoded =
        pipeline
            .apply(Create.of(examples).withCoder(ByteArrayCoder.of()))
            .apply(DecodeExamples.by(SCHEMA));
    PCollection<byte[]> features =
        decoded
            .batches()
            .apply(
                AnalyzeAndTransformDataset.of(
                    AnalyzeDataset.of(preprocessor).withTempLocation(temp.toString())))
            .batches()
            .apply(EncodeTransformedDataset.create());
    PAssert.that(features)
        .satisfies(
            all -> {
              List<byte[]> records = new ArrayList<>();
              all.forEach(records::add);
              Batch found = ExampleCodec.decode(records, preprocessor.outputs(), f -> {});
              List<Float> z = new ArrayList<>();
              for (float value : ((Values.Numbers) found.column("z").values()).toFloats()) {
                z.add(value);
              }
              assertThat(z).containsExactlyInAnyOrder(0f, 0.25f, 0.5f, 1f);
              return null;
            });
    PAssert.that(decoded.failures())
        .satisfies(
            failures -> {
              assertThat(failures).hasSize(1);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void fieldsOfBeamRowsAreColumns() {
    Schema schema =
        Schema.builder()
            .addStringField("job")
            .addInt32Field("age")
            .addNullableField("fare", Schema.FieldType.DOUBLE)
            .addArrayField("words", Schema.FieldType.STRING)
            .build();
    assertThat(BeamSchemas.of(schema).columns())
        .containsExactly(
            new ArraySpec("job", DType.STRING, Shape.of(-1), Layout.DENSE),
            new ArraySpec("age", DType.INT64, Shape.of(-1), Layout.DENSE),
            new ArraySpec("fare", DType.FLOAT32, Shape.of(-1), Layout.DENSE),
            new ArraySpec("words", DType.STRING, Shape.of(-1, -1), Layout.RAGGED));
    assertThat(BeamSchemas.missing(BeamSchemas.of(schema), "fare", "words").columns().subList(2, 4))
        .containsExactly(
            new ArraySpec("fare", DType.FLOAT32, Shape.of(-1, -1), Layout.RAGGED),
            new ArraySpec("words", DType.STRING, Shape.of(-1, -1), Layout.RAGGED));
    Schema dated = Schema.builder().addDateTimeField("when").build();
    assertThatThrownBy(() -> BeamSchemas.of(dated))
        .hasMessageContaining("when")
        .hasMessageContaining("DATETIME");
  }
}
