// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.neighbours.Collected;
import org.hubbeam.training.Task;
import org.junit.jupiter.api.Test;

class LabelledRowsTest {

  private static Array texts(String... values) {
    return Array.Dense.vector(Values.of(values));
  }

  private static Labels labels(Task task) {
    return new Labels(task, "kind", null, null);
  }

  private static void run(Batch batch, LabelRows step, Batch expected, String... reasons) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    SiftedRows result = pipeline.apply(Create.of(batch).withCoder(BatchCoder.of())).apply(step);
    Collected<Batch> found = Collected.of(result.batches());
    Collected<Failure> failures = Collected.of(result.failures());
    pipeline.run().waitUntilFinish();
    assertThat(found.elements()).hasSize(expected.rows() == 0 ? 0 : 1);
    for (Batch one : found.elements()) {
      assertThat(one.column(FeatureColumns.inner(FeatureColumns.LABEL)))
          .isEqualTo(expected.column("expected"));
      assertThat(one.only(List.of("text"))).isEqualTo(expected.only(List.of("text")));
    }
    assertThat(failures.elements().stream().map(f -> f.id() + " " + f.column() + ": " + f.reason()))
        .containsExactlyInAnyOrder(reasons);
  }

  private static Batch rows(String source, Map<String, Array> columns) {
    Batch batch = Batch.of(columns);
    long[] records = new long[batch.rows()];
    for (int i = 0; i < records.length; i++) {
      records[i] = 10L * i;
    }
    return new Batch(batch.rows(), columns, new Batch.Origin(source, records));
  }

  private static Map<String, Array> columns(Object... pairs) {
    Map<String, Array> columns = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      columns.put((String) pairs[i], (Array) pairs[i + 1]);
    }
    return columns;
  }

  private static Batch expected(Batch batch, Array labels, int... rows) {
    return batch.select(rows).with("expected", labels);
  }

  @Test
  void aRowWithoutALabelIsAFailure() {
    Batch batch =
        rows("f.csv", columns("text", texts("a", "b", "c"), "kind", texts("x", " ", "y")));

    run(
        batch,
        LabelRows.of(labels(Task.CLASSES)),
        expected(batch, texts("x", "y"), 0, 2),
        "f.csv@10 kind: the row has no label");
  }

  @Test
  void integersAndTruthValuesNameClassesAndOtherNumbersDoNot() {
    Batch whole =
        rows("f", columns("text", texts("a", "b"), "kind", Array.Dense.vector(Values.of(3L, -1L))));
    Batch real =
        rows(
            "f", columns("text", texts("a", "b"), "kind", Array.Dense.vector(Values.of(3f, 2.5f))));

    run(whole, LabelRows.of(labels(Task.CLASSES)), expected(whole, texts("3", "-1"), 0, 1));
    run(
        real,
        LabelRows.of(labels(Task.CLASSES)),
        expected(real, texts("3"), 0),
        "f@10 kind: the label is 2.5, expected the name of a class; the task NUMBER takes numbers");
  }

  @Test
  void aListWhereOneLabelIsExpectedIsAFailure() {
    Array lists = Array.Ragged.of(Values.of("x", "y", "z"), new int[] {0, 1, 3, 3});
    Batch batch = rows("f", columns("text", texts("a", "b", "c"), "kind", lists));

    run(
        batch,
        LabelRows.of(labels(Task.CLASSES)),
        expected(batch, texts("x"), 0),
        "f@10 kind: the row has 2 labels, expected one; the task LABELS takes several",
        "f@20 kind: the row has no label");
    run(batch, LabelRows.of(labels(Task.LABELS)), expected(batch, lists, 0, 1, 2));
  }

  @Test
  void aSeparatorDividesALabelIntoSeveral() {
    Batch batch =
        rows("f", columns("text", texts("a", "b", "c"), "kind", texts("x; y;x", "", "a|b;")));

    run(
        batch,
        LabelRows.of(new Labels(Task.LABELS, "kind", ";", null)),
        expected(
            batch, Array.Ragged.of(Values.of("x", "y", "a|b"), new int[] {0, 2, 2, 3}), 0, 1, 2));
  }

  @Test
  void numbersMayBeTextsAndMustBeFinite() {
    Batch batch =
        rows(
            "f", columns("text", texts("a", "b", "c", "d"), "kind", texts(" 1.5", "x", "NaN", "")));

    run(
        batch,
        LabelRows.of(labels(Task.NUMBER)),
        expected(batch, Array.Dense.vector(Values.of(1.5f)), 0),
        "f@10 kind: the label is 'x', expected a number",
        "f@20 kind: the label is NaN, expected a finite number",
        "f@30 kind: the row has no label");
  }

  @Test
  void weightsAreZeroOrMore() {
    Batch batch =
        rows(
            "f",
            columns(
                "text", texts("a", "b", "c"),
                "kind", texts("x", "y", "z"),
                "w", Array.Dense.vector(Values.of(0f, -1f, Float.NaN))));

    run(
        batch,
        LabelRows.of(new Labels(Task.CLASSES, "kind", null, "w")),
        expected(batch, texts("x"), 0),
        "f@10 w: the weight is -1.0, expected 0 or more",
        "f@20 w: the weight is NaN, expected a finite number");
  }

  @Test
  void withoutTheColumnAllRowsAreFailures() {
    Batch batch = rows("f", columns("text", texts("a", "b")));

    run(
        batch,
        LabelRows.of(labels(Task.CLASSES)).withIdColumn("text"),
        batch.select(new int[0]),
        "a kind: there is no such column; there are [text]",
        "b kind: there is no such column; there are [text]");
  }

  @Test
  void theHashOfARowDoesNotDependOnItsBatchOrTheOrderOfColumns() throws Exception {
    Batch batch =
        Batch.of(columns("b", texts("x", "yy"), "a", Array.Dense.vector(Values.of(1f, 2f))));
    Batch other = Batch.of(columns("a", Array.Dense.vector(Values.of(2f)), "b", texts("yy")));
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    ByteBuffer row =
        ByteBuffer.allocate(64)
            .putInt(1)
            .put("a".getBytes(StandardCharsets.UTF_8))
            .putInt(1)
            .put(new byte[] {0, 0, 0, 0x40})
            .putInt(1)
            .put("b".getBytes(StandardCharsets.UTF_8))
            .putInt(1)
            .putInt(2)
            .put("yy".getBytes(StandardCharsets.UTF_8))
            .flip();
    digest.update(row);

    assertThat(new RowHash(batch).of(1))
        .isEqualTo(new RowHash(other).of(0))
        .isNotEqualTo(new RowHash(batch).of(0))
        .isEqualTo(ByteBuffer.wrap(digest.digest()).getLong());
  }

  @Test
  void ofTheNameOfAFileItsFolderAndNameCount() {
    assertThat(new RowHash(Batch.of(columns("file", texts("/a/b/cats/1.png")))).of(0))
        .isEqualTo(new RowHash(Batch.of(columns("file", texts("gs://x/cats/1.png")))).of(0))
        .isNotEqualTo(new RowHash(Batch.of(columns("file", texts("/a/b/dogs/1.png")))).of(0));
  }

  private static Batch labelled(Map<String, Array> more) {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("text", texts("a", "b", "c"));
    columns.put(FeatureColumns.inner(FeatureColumns.LABEL), texts("x", "y", "z"));
    columns.put(
        FeatureColumns.inner(FeatureColumns.HASH), Array.Dense.vector(Values.of(7L, 8L, 9L)));
    columns.putAll(more);
    return rows("f", columns);
  }

  @Test
  void featuresAreJoinedInTheirOrder() {
    Batch batch =
        labelled(
            columns(
                "v",
                new Array.Dense(List.of(3L, 2L), Values.of(1f, 2f, 3f, Float.NaN, 5f, 6f)),
                "n",
                Array.Dense.vector(Values.of(10L, 20L, 30L))));
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    SiftedRows result =
        pipeline
            .apply(Create.of(batch).withCoder(BatchCoder.of()))
            .apply(JoinFeatures.of(List.of("n", "v")).withShown("text"));

    Collected<Batch> found = Collected.of(result.batches());
    Collected<Failure> failures = Collected.of(result.failures());
    pipeline.run().waitUntilFinish();

    assertThat(found.elements()).hasSize(1);
    assertThat(found.elements().get(0).columns())
        .containsExactlyEntriesOf(
            columns(
                FeatureColumns.VECTOR,
                new Array.Dense(List.of(2L, 3L), Values.of(10f, 1f, 2f, 30f, 5f, 6f)),
                FeatureColumns.LABEL,
                texts("x", "z"),
                FeatureColumns.HASH,
                Array.Dense.vector(Values.of(7L, 9L)),
                FeatureColumns.ID,
                texts("f@0", "f@20"),
                FeatureColumns.SHOWN,
                texts("a", "c")));
    assertThat(failures.elements())
        .containsExactly(
            Failure.reading("f@10", "v", "the features have NaN, expected finite numbers"));
  }

  @Test
  void labelsOfOtherTasksHaveNoSeparator() {
    assertThatThrownBy(() -> new Labels(Task.CLASSES, "kind", ";", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only rows of the task LABELS");
  }
}
