// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.FeatureList;
import org.tensorflow.proto.FeatureLists;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.SequenceExample;

/** Feature lists of {@code tf.SequenceExample} as columns of a schema. */
class FeatureListsTest {

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          List.of(
              new ArraySpec("id", DType.INT64, Shape.of(-1, -1), Layout.RAGGED),
              new ArraySpec("steps", DType.INT64, Shape.of(-1, -1, -1), Layout.RAGGED)));

  private final List<Failure> failures = new ArrayList<>();

  private static FeatureList list(Feature... features) {
    return FeatureList.newBuilder().addAllFeature(List.of(features)).build();
  }

  private static byte[] sequence(
      Map<String, Feature> context, Map<String, FeatureList> featureLists) {
    return SequenceExample.newBuilder()
        .setContext(Features.newBuilder().putAllFeature(context))
        .setFeatureLists(FeatureLists.newBuilder().putAllFeatureList(featureLists))
        .build()
        .toByteArray();
  }

  private Batch decode(BatchSchema schema, byte[]... records) {
    ExampleDecoder decoder = ExampleDecoder.of("data", schema, failures::add);
    for (int i = 0; i < records.length; i++) {
      decoder.add(records[i], 0, records[i].length, i);
    }
    return decoder.build();
  }

  private List<String> reasons() {
    return failures.stream().map(f -> f.column() + ": " + f.reason()).toList();
  }

  @Test
  void featureListIsAColumnOfListsOfLists() {
    Feature one = TestExamples.longs(1, 2);
    Feature two = TestExamples.longs(3);
    byte[] both =
        sequence(
            Map.of("id", TestExamples.longs(7), "steps", TestExamples.longs(99)),
            Map.of("steps", list(one, Feature.getDefaultInstance(), two), "id", list(two)));
    byte[] none = sequence(Map.of("id", TestExamples.longs(8)), Map.of());

    Batch batch = decode(SCHEMA, both, none, both);

    assertThat(failures).isEmpty();
    assertThat(batch.column("id"))
        .isEqualTo(Array.Ragged.of(Values.of(7L, 8L, 7L), new int[] {0, 1, 2, 3}));
    assertThat(batch.column("steps"))
        .isEqualTo(
            new Array.Ragged(
                Values.of(1L, 2L, 3L, 1L, 2L, 3L),
                List.of(new int[] {0, 3, 3, 6}, new int[] {0, 2, 2, 3, 5, 5, 6}),
                List.of()));
  }

  @Test
  void whatWasWrittenAsExamplesIsReadAgain() {
    byte[] record =
        sequence(Map.of(), Map.of("steps", list(TestExamples.longs(1, 2), TestExamples.longs(3))));
    Batch batch = decode(SCHEMA, record, record);
    ExampleEncoder encoder = new ExampleEncoder(batch, ExampleCodec.Doubles.REFUSE);
    byte[] example = new byte[encoder.size(0)];
    encoder.write(0, example, 0);

    Batch again = decode(SCHEMA, example, example);

    assertThat(failures).isEmpty();
    assertThat(again.columns()).isEqualTo(batch.columns());
  }

  @Test
  void withoutASchemaTheFeatureListOfATakenNameHasALongerOne() {
    byte[] record =
        sequence(
            Map.of("id", TestExamples.longs(7)),
            Map.of("id", list(TestExamples.strings("x")), "steps", list(TestExamples.longs(1))));

    Batch batch = ExampleCodec.decode(List.of(record, record), failures::add);

    assertThat(failures).isEmpty();
    assertThat(batch.columns()).containsOnlyKeys("##SEQUENCE##/id", "id", "steps");
    assertThat(batch.column("id"))
        .isEqualTo(Array.Ragged.of(Values.of(7L, 7L), new int[] {0, 1, 2}));
  }

  @Test
  void oneInPlaceOfTheOtherIsAFailureThatSaysSo() {
    byte[] lists = sequence(Map.of(), Map.of("id", list(TestExamples.longs(1))));
    byte[] feature = sequence(Map.of("steps", TestExamples.longs(1)), Map.of());

    assertThat(decode(SCHEMA, lists, feature).rows()).isZero();
    assertThat(reasons())
        .containsExactly(
            "id: expected a feature, one list; found a feature list of tf.SequenceExample, lists of"
                + " lists (in a spec file: ragged: 2)",
            "steps: expected a feature list of tf.SequenceExample, lists of lists; found a feature,"
                + " one list");
  }

  @Test
  void structureOfTfxIsRefusedWithWhatToWriteInstead() {
    String schema = "feature { name: \"##SEQUENCE##\" type: STRUCT }";

    assertThatThrownBy(() -> BatchSchema.parse(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has the type STRUCT; a feature list NAME of tf.SequenceExample is");
  }

  @Test
  void batchOfOtherDepthDoesNotFit() {
    Array.Ragged flat = Array.Ragged.of(Values.of(1L, 2L), new int[] {0, 2});
    Array.Ragged nested =
        new Array.Ragged(Values.of(1L, 2L), List.of(new int[] {0, 1}, new int[] {0, 2}), List.of());
    Batch.Origin origin = new Batch.Origin("data", new long[] {0});

    Batch fit = SCHEMA.fit(new Batch(1, Map.of("steps", nested), origin), failures::add);
    assertThat(fit.column("steps")).isEqualTo(nested);
    SCHEMA.fit(new Batch(1, Map.of("steps", flat), origin), failures::add);
    SCHEMA.fit(new Batch(1, Map.of("id", nested), origin), failures::add);

    assertThat(reasons())
        .containsExactly(
            "steps: expected lists of lists, found a list",
            "id: expected a list, found lists of lists");
  }
}
