package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Functions that Python's tf.Transform wrote give what tf.Transform itself gave for their rows. */
class TransformFnGoldensTest {

  @TestFactory
  Stream<DynamicTest> everyRowIsTransformedAsInPython() throws IOException {
    List<Path> folders = new ArrayList<>();
    try (Stream<Path> all = Files.list(Goldens.shared("goldens/tft/transform_fns"))) {
      all.sorted().forEach(folders::add);
    }
    return folders.stream()
        .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)));
  }

  private static void check(Path folder) throws IOException {
    Batch raw = rows(folder, "raw.tfrecord", "metadata");
    Batch wanted = rows(folder, "transformed.tfrecord", "transformed_metadata");
    Batch found;
    try (TransformFn function = TransformFn.load(folder)) {
      found = function.apply(raw);
      assertThat(function.apply(raw.slice(0, 0)).rows()).isZero();
    }
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

  private static Batch rows(Path folder, String records, String metadata) throws IOException {
    String schema =
        Files.readString(folder.resolve(metadata).resolve("schema.pbtxt"), StandardCharsets.UTF_8);
    return ExampleCodec.decode(
        records(folder.resolve(records)),
        BatchSchema.parse(schema),
        failure -> {
          throw new AssertionError(failure.toString());
        });
  }

  private static List<byte[]> records(Path file) throws IOException {
    List<byte[]> records = new ArrayList<>();
    try (TFRecordReader reader =
        TFRecordReader.open(
            FileChannel.open(file),
            file.toString(),
            Files.size(file),
            Corruption.FAIL,
            failure -> {})) {
      while (reader.next()) {
        records.add(reader.record());
      }
    }
    return records;
  }
}
