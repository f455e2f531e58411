package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
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

  @Test
  void everySharedSchemaIsRead() throws Exception {
    Path shared = Path.of(System.getProperty("hubbeam.shared", "absent"));
    Assumptions.assumeTrue(Files.isDirectory(shared), "no shared fixtures at " + shared);
    try (Stream<Path> files = Files.walk(shared.toRealPath())) {
      List<Path> schemas = files.filter(f -> f.endsWith("schema.pbtxt")).toList();
      assertThat(schemas).isNotEmpty();
      for (Path schema : schemas) {
        assertThat(BatchSchema.parse(Files.readString(schema)).columns())
            .as(schema.toString())
            .isNotEmpty();
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
  }

  private static BatchSchema schema(Map<String, Array> columns) {
    return BatchSchema.of(Batch.of(columns));
  }
}
