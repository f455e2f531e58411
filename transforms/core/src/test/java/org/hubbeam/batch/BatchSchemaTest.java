// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hubbeam.proto.Schema;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;

class BatchSchemaTest {

  @Test
  void theTextSaysWhatTheColumnsAre() {
    BatchSchema schema = BatchSchema.of(new AnyBatch(1).batch(3));
    assertThat(BatchSchema.parse(schema.toText())).isEqualTo(schema);
    assertThat(BatchSchema.parse(schema.toText()).columns())
        .extracting(ArraySpec::toString)
        .contains(
            "text: string [?]",
            "vector: float32 [?, 8]",
            "words: ragged string [?, ?]",
            "paths: ragged int64 [?, ?, ?, ?, 2]",
            "bag: sparse float32 [?, 3, 5]");
  }

  @Test
  void aSchemaOfOthersIsReadForItsShapesAndTypes() {
    String text =
        """
        feature {
          name: "company" type: BYTES domain: "company"
          value_count { min: 1 max: 1 }
          presence { min_fraction: 1.0 min_count: 1 }
        }
        feature {
          name: "fare" type: FLOAT
          float_domain { min: 0 }
          shape { dim { size: 2 } }
          annotation { tag: "money" }
        }
        string_domain { name: "company" value: "A \\"cab\\" company" }
        represent_variable_length_as_ragged: true
        tensor_representation_group { key: "" value { tensor_representation {
          key: "fare" value { dense_tensor { column_name: "fare" } } } } }
        """;
    assertThat(BatchSchema.parse(text).columns())
        .containsExactly(
            new ArraySpec("company", DType.STRING, Shape.of(-1, -1), Layout.RAGGED),
            new ArraySpec("fare", DType.FLOAT32, Shape.of(-1, 2), Layout.DENSE));
  }

  @Test
  void whatIsNoSchemaIsAnError() {
    assertThatThrownBy(() -> BatchSchema.parse("feature { name: "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("schema.pbtxt");
    assertThatThrownBy(() -> BatchSchema.parse("feature { name: 'x' type: STRUCT }"))
        .hasMessageContaining("'x' has the type STRUCT");
  }

  private static Schema proto(String text) throws TextFormat.ParseException {
    // Fields that are not known here are an error, so that nothing is compared away.
    return TextFormat.parse(text, Schema.class);
  }

  @Test
  void whatTransformHasWrittenIsWrittenAgain() throws Exception {
    // Written by tf.Transform 1.21 with text_format.MessageToString.
    String text;
    try (InputStream in = BatchSchemaTest.class.getResourceAsStream("tf-transform-schema.pbtxt")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    BatchSchema schema = BatchSchema.parse(text);
    assertThat(schema.columns())
        .extracting(ArraySpec::toString)
        .containsExactly(
            "a_dense: float32 [?, 2, 3]",
            "b_words: ragged string [?, ?]",
            "c_bag: sparse int64 [?, 3, 5]",
            "d_rag: ragged int64 [?, ?, ?, 2]",
            "e_bucket: int64 [?]");
    assertThat(schema.domains())
        .isEqualTo(
            Map.of(
                "c_bag",
                ColumnDomain.UNKNOWN.withRange(IntRange.categories(-1, 9)),
                "e_bucket",
                ColumnDomain.UNKNOWN
                    .withRange(IntRange.categories(0, 3))
                    .withBoundaries(List.of(1f, 2f, 6f))));
    assertThat(schema.vocabularies()).containsExactly(new VocabularyMetadata("vocab", 12, 10));
    assertThat(proto(schema.toText())).isEqualTo(proto(text));
  }

  @Test
  void notesThatAreSpelledOutAreReadAndNeverWrittenSo() throws Exception {
    String text =
        """
        feature { name: "b" type: INT annotation { extra_metadata {
          [type.googleapis.com/third_party.py.tensorflow_transform.annotations.BucketBoundaries] {
            boundaries: 0.5 boundaries: inf } } } }
        annotation { extra_metadata { type_url: "type.googleapis.com/other.Kind" value: "\\377" } }
        """;
    BatchSchema schema = BatchSchema.parse(text);
    assertThat(schema.domain("b").boundaries()).containsExactly(0.5f, Float.POSITIVE_INFINITY);
    assertThat(schema.toText()).doesNotContain("[type").contains("type_url");
    assertThat(BatchSchema.parse(schema.toText())).isEqualTo(schema);
    assertThatThrownBy(
            () ->
                BatchSchema.parse(
                    text.replace("other.", "x.tensorflow_transform.annotations.")
                        .replace("Kind", "VocabularyMetadata")))
        .hasMessageContaining("VocabularyMetadata are damaged");
  }

  @Test
  void rangesWithoutAnEndAreKeptAsTheyAre() throws Exception {
    String text =
        """
        feature { name: "a" type: INT int_domain { min: 3 } }
        feature { name: "b" type: INT int_domain { max: -3 is_categorical: true } }
        feature { name: "c" type: INT int_domain { } }
        feature { name: "d$sparse_indices_0" type: INT }
        feature { name: "d$sparse_values" type: FLOAT }
        sparse_feature { name: "d" index_feature { name: "d$sparse_indices_0" }
          is_sorted: true value_feature { name: "d$sparse_values" } }
        """;
    assertThat(proto(BatchSchema.parse(text).toText())).isEqualTo(proto(text));
    assertThat(BatchSchema.parse(text).column("d")).hasToString("d: sparse float32 [?, ?]");
  }

  @Test
  void domainsOfNoColumnOrNoIntegersAreRefused() {
    BatchSchema schema = schema(Map.of("a", Array.Dense.vector(Values.of(1f))));
    ColumnDomain domain = ColumnDomain.UNKNOWN.withRange(IntRange.categories(0, 1));
    assertThatThrownBy(() -> schema.withDomain("a", domain))
        .hasMessageContaining("a: float32 [?] has a range");
    assertThatThrownBy(() -> schema.withDomain("b", domain)).hasMessageContaining("there are [a]");
    assertThatThrownBy(() -> IntRange.categories(1, 0)).hasMessageContaining("from 1 to 0");
  }

  @Test
  void everySchemaOfTfTransformIsRead() throws Exception {
    checkSchemas(TestFiles.transformGoldens("transform_fns"));
  }

  @Test
  void everyPublishedSchemaIsRead() throws Exception {
    checkSchemas(TestFiles.corpus());
  }

  private static void checkSchemas(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder.toRealPath())) {
      List<Path> schemas = files.filter(f -> f.endsWith("schema.pbtxt")).toList();
      assertThat(schemas).isNotEmpty();
      for (Path path : schemas) {
        String text = Files.readString(path);
        BatchSchema schema = BatchSchema.parse(text);
        assertThat(schema.columns()).as(path.toString()).isNotEmpty();
        assertThat(BatchSchema.parse(schema.toText())).as(path.toString()).isEqualTo(schema);
        if (path.toString().contains("transform_fns")) {
          assertThat(proto(schema.toText())).as(path.toString()).isEqualTo(proto(text));
        }
      }
    }
  }

  @Test
  void schemasOfTwoBatchesAdmitTheRowsOfBoth() {
    BatchSchema one = schema(Map.of("a", Array.Dense.vector(Values.of("x"))));
    BatchSchema two = schema(Map.of("a", Array.Ragged.of(Values.of("x", "y"), new int[] {0, 2})));
    BatchSchema three = schema(Map.of("b", Array.Dense.vector(Values.of(1f))));
    assertThat(one.merge(one)).isEqualTo(one);
    assertThat(one.merge(two)).isEqualTo(two);
    assertThat(one.merge(three).columns())
        .extracting(ArraySpec::toString)
        .containsExactly("a: ragged string [?, ?]", "b: ragged float32 [?, ?]");
    BatchSchema number = schema(Map.of("a", Array.Dense.vector(Values.of(1L))));
    assertThatThrownBy(() -> one.merge(number))
        .hasMessageContaining("a: string [?]")
        .hasMessageContaining("a: int64 [?]");
    ColumnDomain few =
        ColumnDomain.UNKNOWN.withRange(IntRange.categories(0, 2)).withBoundaries(List.of(1f));
    ColumnDomain many =
        ColumnDomain.UNKNOWN.withRange(IntRange.categories(-1, 1)).withBoundaries(List.of(1f));
    assertThat(number.withDomain("a", few).merge(number.withDomain("a", many)).domain("a"))
        .isEqualTo(
            ColumnDomain.UNKNOWN.withRange(IntRange.categories(-1, 2)).withBoundaries(List.of(1f)));
    assertThat(number.withDomain("a", few).merge(number).domains()).isEmpty();
    assertThat(number.withDomain("a", few).merge(three).domain("a")).isEqualTo(few);
  }

  private static BatchSchema schema(Map<String, Array> columns) {
    return BatchSchema.of(Batch.of(columns));
  }

  @Test
  void packedColumnsAreNotedAndReadBack() {
    Values.Numbers numbers = new Values.Numbers(DType.INT8, new byte[] {1, 2, 3, 4, 5, 6});
    Array.Dense bytes = new Array.Dense(List.of(1L, 2L, 3L), numbers);
    Batch batch = Batch.of(Map.of("q", bytes));
    BatchSchema schema = BatchSchema.packed(batch, List.of("q"));
    assertThat(schema.columns()).extracting(ArraySpec::toString).containsExactly("q: string [?]");
    assertThat(schema.toText()).contains("tag: \"packed:int8:2:3\"");
    BatchSchema back = BatchSchema.parse(schema.toText());
    assertThat(back).isEqualTo(schema);
    Batch packed = PackedValues.pack(batch, List.of("q"));
    assertThat(back.domain("q").packed().unpack(packed.column("q"))).isEqualTo(bytes);
    assertThat(
            BatchSchema.parse("feature { name: 'x' type: BYTES annotation { tag: 'a:b:c' } }")
                .domain("x"))
        .isEqualTo(ColumnDomain.UNKNOWN);
  }

  @Test
  void onlyDenseNumbersArePackedAndOnlyTheirBytesAreUnpacked() {
    Array texts = new Array.Dense(List.of(1L, 2L), Values.of("a", "b"));
    Array lists = Array.Ragged.of(Values.of(1L, 2L), new int[] {0, 2});
    for (Array wrong : List.of(texts, lists, Array.Dense.vector(Values.of(1f)))) {
      assertThatThrownBy(() -> PackedValues.pack(Batch.of(Map.of("x", wrong)), List.of("x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("can be packed");
    }
    PackedValues halves = new PackedValues(DType.FLOAT16, List.of(2L));
    assertThatThrownBy(() -> halves.unpack(Array.Dense.vector(Values.of("four", "abc"))))
        .hasMessage("row 1 has 3 bytes, expected 4 for float16 [2]");
    assertThatThrownBy(() -> halves.unpack(lists)).hasMessageContaining("one string each");
    ArraySpec numbers = new ArraySpec("x", DType.INT64, Shape.of(-1), Layout.DENSE);
    ColumnDomain domain = ColumnDomain.UNKNOWN.withPacked(halves);
    assertThatThrownBy(() -> new BatchSchema(List.of(numbers)).withDomain("x", domain))
        .hasMessageContaining("only string columns");
  }

  @Test
  void aPackedColumnMayHaveManyDimensions() {
    String text =
        "feature { name: 'v' type: BYTES annotation { tag: 'packed:int8%s' } shape { } }"
            .formatted(":1".repeat(20_000));
    assertThat(BatchSchema.parse(text).columns()).hasSize(1);
  }
}
