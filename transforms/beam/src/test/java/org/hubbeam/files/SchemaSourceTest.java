// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.testing.TestPipeline;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources of lines that are read by a schema. */
class SchemaSourceTest {

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          List.of(
              new ArraySpec("text", DType.STRING, Shape.of(-1), Layout.DENSE),
              new ArraySpec("age", DType.INT64, Shape.of(-1), Layout.DENSE),
              new ArraySpec("fare", DType.FLOAT32, Shape.of(-1, -1), Layout.RAGGED),
              new ArraySpec("word", DType.STRING, Shape.of(-1, -1), Layout.RAGGED)));

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path folder;

  private String glob(String name) {
    return folder.resolve(name).toString();
  }

  private void check(BatchSource source, String[] rows, String... failures) {
    BatchSource.Result result = pipeline.apply(source);
    Rows.expect(result.batches(), rows);
    Rows.expectFailures(result.failures(), failures);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void csvBecomesTheColumnsOfTheSchema() {
    Rows.file(
        folder,
        "a.csv",
        """
            other,age,text,word,fare
            0,1,,,
            0, 22 ,b,w,1.5
            0,,no age,,
            0,x1,bad age,,
            0,1,bad fare,,1f
            0,1,large fare,,1e300
            0,1,many,,NaN
            0,9223372036854775808,large,,
            0,-9223372036854775808,least, ,-inf
            """);
    Rows.file(folder, "b.csv", "fare,word,text,age\n1e-3,z,other order,7\n");
    BatchSource source = BatchSource.csv(glob("*.csv"), SCHEMA);
    assertThat(source.columns()).contains(List.of("text", "age", "fare", "word"));
    check(
        source,
        new String[] {
          "25|text=|age=1|fare=[]|word=[]",
          "32|text=b|age=22|fare=[1.5]|word=[w]",
          "113|text=many|age=1|fare=[NaN]|word=[]",
          "157|text=least|age=-9223372036854775808|fare=[-Infinity]|word=[ ]",
          "19|text=other order|age=7|fare=[0.001]|word=[z]"
        },
        "a.csv@47 age: expected 1 value, found 0",
        "a.csv@59 age: expected int64, found 'x1'",
        "a.csv@74 fare: expected float32, found '1f'",
        "a.csv@91 fare: expected float32, found '1e300'",
        "a.csv@127 age: expected int64, found '9223372036854775808'");
  }

  @Test
  void jsonLinesBecomeTheColumnsOfTheSchema() {
    BatchSchema schema =
        new BatchSchema(
            List.of(
                new ArraySpec("id", DType.STRING, Shape.of(-1), Layout.DENSE),
                new ArraySpec("grid", DType.INT64, Shape.of(-1, 2, 3), Layout.DENSE),
                new ArraySpec("fare", DType.FLOAT32, Shape.of(-1, -1), Layout.RAGGED)));
    Rows.file(
        folder,
        "a.jsonl",
        """
            {"id":"a","grid":[[1,2,3],[4,5,6]],"fare":[1,2.5],"other":{"x":[1]}}
            {"id":["b"],"grid":[1,2,3,4,5,6],"fare":7}
            {"grid":[[1,2,3],[4,5,6]]}
            {"id":"d","grid":[[1,2],[3,4],[5,6]]}
            {"id":"e","grid":[[1,2,3],[4,5,6]],"fare":[[1]]}
            {"id":"f","grid":[[1,2,3],[4,5,6.5]]}
            {"id":"g","grid":[1,2,3]}
            {"id":"h","grid":[[[1,2,3],[4,5,6]]]}
            """);
    check(
        BatchSource.jsonl(glob("a.jsonl"), schema),
        new String[] {
          "0|id=a|grid=[1, 2, 3, 4, 5, 6]|fare=[1.0, 2.5]",
          "69|id=b|grid=[1, 2, 3, 4, 5, 6]|fare=[7.0]"
        },
        "a.jsonl@112 id: expected 1 value, found 0",
        "a.jsonl@139 grid: expected lists of the shape [2, 3], found one of 2",
        "a.jsonl@177 fare: expected float32, found an array",
        "a.jsonl@226 grid: expected int64, found 6.5",
        "a.jsonl@264 grid: expected 6 values, found 3",
        "a.jsonl@290 grid: expected int64, found an array");
  }

  @Test
  void whatTheFilesOrTheFormatCannotHaveFailsWhenThePipelineIsBuilt() {
    String csv = Rows.file(folder, "a.csv", "age,text,fare\n").toString();
    assertThatThrownBy(() -> BatchSource.csv(csv, SCHEMA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.csv: the header has the columns [age, text, fare]")
        .hasMessageContaining("[word]");
    BatchSchema wide =
        new BatchSchema(List.of(new ArraySpec("v", DType.FLOAT32, Shape.of(-1, 2), Layout.DENSE)));
    assertThatThrownBy(() -> BatchSource.csv(csv, wide)).hasMessageContaining("v: float32 [?, 2]");
    BatchSchema half =
        new BatchSchema(List.of(new ArraySpec("h", DType.FLOAT16, Shape.of(-1), Layout.DENSE)));
    assertThatThrownBy(() -> BatchSource.jsonl(csv, half)).hasMessageContaining("h: float16");
    assertThatThrownBy(() -> BatchSource.tfrecord(csv, half)).hasMessageContaining("h: float16");
    assertThatThrownBy(() -> BatchSource.csv(csv, half)).hasMessageContaining("h: float16");
  }
}
