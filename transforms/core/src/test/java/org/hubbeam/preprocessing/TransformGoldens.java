// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.Values;
import org.hubbeam.model.Goldens;
import org.hubbeam.testing.Records;
import org.hubbeam.testing.TestFiles;

/**
 * A transform output that Python's tf.Transform wrote, with the rows that it was made of.
 *
 * @param folder the transform output
 */
public record TransformGoldens(Path folder) {

  /** All of them; the test is skipped where they are absent. */
  public static List<TransformGoldens> all() throws IOException {
    try (Stream<Path> folders = Files.list(TestFiles.transformGoldens("transform_fns"))) {
      return folders.sorted().map(TransformGoldens::new).toList();
    }
  }

  /** The folder's name. */
  public String name() {
    return folder.getFileName().toString();
  }

  /** What the raw rows are. */
  public BatchSchema schema() throws IOException {
    return schema("metadata");
  }

  /** The raw rows. */
  public Batch raw() throws IOException {
    return rows("raw.tfrecord", schema());
  }

  /** What tf.Transform made of them. */
  public Batch transformed() throws IOException {
    return rows("transformed.tfrecord", schema("transformed_metadata"));
  }

  /** Fails where the features are not those of tf.Transform. */
  public void check(Batch found) throws IOException {
    Batch wanted = transformed();
    assertThat(found.columns().keySet())
        .containsExactlyInAnyOrderElementsOf(wanted.columns().keySet());
    for (Map.Entry<String, Array> column : lists(wanted).entrySet()) {
      Array other = lists(found).get(column.getKey());
      assertThat(other.dims()).as(column.getKey()).isEqualTo(column.getValue().dims());
      for (int row = 0; row < wanted.rows(); row++) {
        Values expected = column.getValue().slice(row, row + 1).values();
        assertThat(Goldens.difference(expected, other.slice(row, row + 1).values()))
            .as("%s of row %s: %s expected", column.getKey(), row, expected)
            .isNull();
      }
    }
  }

  private static Map<String, Array> lists(Batch batch) {
    Map<String, Array> lists = new LinkedHashMap<>();
    batch
        .columns()
        .forEach((n, a) -> lists.put(n, a instanceof Array.Sparse sparse ? sparse.toRagged() : a));
    return lists;
  }

  private BatchSchema schema(String metadata) throws IOException {
    return BatchSchema.parse(
        Files.readString(folder.resolve(metadata).resolve("schema.pbtxt"), StandardCharsets.UTF_8));
  }

  private Batch rows(String records, BatchSchema schema) throws IOException {
    return ExampleCodec.decode(
        Records.read(folder.resolve(records)),
        schema,
        failure -> {
          throw new AssertionError(failure.toString());
        });
  }
}
