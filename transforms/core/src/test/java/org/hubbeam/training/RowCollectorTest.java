// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.ExampleEncoder;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowCollectorTest {

  @TempDir Path folder;

  private final List<Failure> failures = new ArrayList<>();

  private RowCollector collector(Task task, TrainingOptions options) {
    return RowCollector.of(task, options, folder, failures::add);
  }

  private static TrainingOptions withMemory(long bytes) {
    return TrainingOptions.DEFAULT.withResources(
        TrainingOptions.Resources.DEFAULT.withMemory(bytes));
  }

  private TrainingData data(List<Clouds.Row> rows, long memory) {
    try (RowCollector collector = collector(Task.CLASSES, withMemory(memory))) {
      Clouds.add(collector, rows);
      return collector.finish();
    }
  }

  /** All rows: hash, target, features. */
  private static List<List<Float>> read(TrainingRows.Cursor from, RowBatch batch) {
    List<List<Float>> rows = new ArrayList<>();
    try (from) {
      while (from.next(batch)) {
        for (int i = 0; i < batch.rows(); i++) {
          List<Float> row = new ArrayList<>(List.of((float) batch.hashes()[i]));
          row.add(batch.targetValues()[i]);
          for (int k = 0; k < batch.features(); k++) {
            row.add(batch.featureValues()[i * batch.features() + k]);
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  @Test
  void theOrderOfRowsAndTheMemoryChangeNothing() throws IOException {
    List<Clouds.Row> rows = Clouds.rows(4_000, 100, 4);
    try (TrainingData inMemory = data(rows, 1L << 30);
        TrainingData inFiles = data(Clouds.reversed(rows), 1 << 20)) {
      assertThat(files()).as("rows in files").isNotEmpty();
      assertThat(inFiles.train().fingerprint()).isEqualTo(inMemory.train().fingerprint());
      RowBatch batch = new RowBatch(300, inMemory.train());
      List<List<Float>> all = read(inMemory.train().cursor(), batch);
      assertThat(read(inFiles.train().cursor(), batch)).isEqualTo(all);
      List<List<Float>> shuffled = read(inMemory.train().shuffled(5), batch);
      assertThat(read(inFiles.train().shuffled(5), batch)).isEqualTo(shuffled);
      assertThat(shuffled).isNotEqualTo(all).hasSameSizeAs(all);
      assertThat(new HashSet<>(shuffled)).isEqualTo(new HashSet<>(all));
      assertThat(read(inMemory.train().shuffled(6), batch)).isNotEqualTo(shuffled);
    }
    assertThat(files()).as("files after use").isEmpty();
  }

  @Test
  void rowsThatAreNotFinishedLeaveNoFiles() throws IOException {
    try (RowCollector collector = collector(Task.CLASSES, withMemory(1 << 20))) {
      Clouds.add(collector, Clouds.rows(2_000, 100, 1));
      assertThat(files()).isNotEmpty();
      assertThatThrownBy(collector::finish).isInstanceOf(TrainingException.class);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void moreRowsNeverMoveOne() {
    try (TrainingData few = data(Clouds.rows(500, 2, 2), 1 << 20);
        TrainingData many = data(Clouds.rows(2_000, 2, 2), 1 << 20)) {
      Set<Long> held = hashes(few.heldOut());
      assertThat((double) many.heldOut().rows() / 2_000).isCloseTo(0.2, within(0.03));
      assertThat(hashes(many.heldOut())).containsAll(held);
      assertThat(hashes(many.train())).doesNotContainAnyElementsOf(held);
      assertThat(few.train().rows() + few.heldOut().rows()).isEqualTo(500);
    }
  }

  private static Set<Long> hashes(TrainingRows rows) {
    Set<Long> hashes = new HashSet<>();
    RowBatch batch = new RowBatch(64, rows);
    try (TrainingRows.Cursor cursor = rows.cursor()) {
      while (cursor.next(batch)) {
        Arrays.stream(batch.hashes()).limit(batch.rows()).forEach(hashes::add);
      }
    }
    return hashes;
  }

  @Test
  void cachedExamplesAreRows() {
    TrainingOptions options = TrainingOptions.DEFAULT.withSplit(Split.NONE);
    try (RowCollector collector = collector(Task.LABELS, options)) {
      addCached(collector);
      assertThat(collector.rows()).isEqualTo(3);
      try (TrainingData data = collector.finish()) {
        assertThat(data.labels()).containsExactly("9", "10");
        RowBatch batch = new RowBatch(8, data.train());
        try (TrainingRows.Cursor cursor = data.train().cursor()) {
          assertThat(cursor.next(batch)).isTrue();
        }
        Map<Long, List<Float>> found = new LinkedHashMap<>();
        for (int i = 0; i < batch.rows(); i++) {
          float[] targets = batch.targetValues();
          float[] features = batch.featureValues();
          found.put(
              batch.hashes()[i],
              List.of(
                  targets[2 * i],
                  targets[2 * i + 1],
                  batch.weights()[i],
                  features[2 * i],
                  features[2 * i + 1]));
        }
        assertThat(found)
            .containsOnly(
                Map.entry(5L, List.of(1f, 1f, 2f, 0.5f, 1f)),
                Map.entry(6L, List.of(0f, 0f, 1f, 1.5f, 2f)),
                Map.entry(7L, List.of(0f, 1f, 0.5f, 2.5f, 3f)));
      }
    }
    assertThat(failures)
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.id()).isEqualTo("cache@30");
              assertThat(failure.reason()).isEqualTo("feature 1 is NaN");
            });
  }

  private static void addCached(RowCollector collector) {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put(
        "vector",
        new Array.Dense(List.of(4L, 2L), Values.of(0.5f, 1f, 1.5f, 2f, 2.5f, 3f, 3.5f, Float.NaN)));
    columns.put(
        "label", Array.Ragged.of(Values.of("9", "10", "10", "9"), new int[] {0, 2, 2, 3, 4}));
    columns.put("weight", Array.Dense.vector(Values.of(2f, 1f, 0.5f, 1f)));
    columns.put("hash", Array.Dense.vector(Values.of(5L, 6L, 7L, 8L)));
    columns.put("text", Array.Dense.vector(Values.of("a", "b", "c", "d")));
    ExampleEncoder encoder = new ExampleEncoder(Batch.of(columns), ExampleCodec.Doubles.REFUSE);
    for (int row = 0; row < encoder.rows(); row++) {
      byte[] bytes = new byte[encoder.size(row)];
      encoder.write(row, bytes, 0);
      collector.addExample(bytes, 0, bytes.length, "cache", 10L * row);
    }
  }

  @Test
  void rowsThatCannotBeUsedAreFailures() {
    try (RowCollector collector = collector(Task.NUMBER, TrainingOptions.DEFAULT)) {
      collector.add("1", 1, new float[] {1, 2}, List.of("3.5"), 1);
      collector.add("2", 2, new float[] {1}, List.of("3.5"), 1);
      collector.add("3", 3, new float[] {1, 2}, List.of("many"), 1);
      collector.add("4", 4, new float[] {1, 2}, List.of(), 1);
      collector.add("5", 5, new float[] {1, 2}, List.of("1"), -1);
      collector.add("6", 6, new float[] {Float.NEGATIVE_INFINITY, 2}, List.of("1"), 1);
      assertThat(collector.rows()).isEqualTo(1);
      assertThat(collector.failed()).isEqualTo(5);
    }
    assertThat(failures.stream().map(f -> f.id() + " " + f.column() + ": " + f.reason()))
        .containsExactly(
            "2 vector: the vector has 1 numbers, those before 2",
            "3 label: the label 'many' is no finite number",
            "4 label: there is no label",
            "5 weight: a weight is 0 or more, not -1.0",
            "6 vector: feature 0 is -Infinity");
  }

  @Test
  void nothingToLearnIsRefused() {
    refused(Task.CLASSES, List.of(), "there are no rows to train on");
    refused(Task.CLASSES, Clouds.rows(9, 2, 1), "all 9 rows are of the class 'c0'");
    refused(Task.BINARY, Clouds.rows(60, 2, 3), "there are 3 classes, not two: c0, c1, c2");
    List<Clouds.Row> one = new ArrayList<>(Clouds.rows(100, 2, 2));
    one.add(new Clouds.Row(1_000, new float[] {1, 2}, "rare"));
    refused(Task.CLASSES, one, "no row of 'rare' (1 in all) is ");
    try (RowCollector collector = collector(Task.LABELS, TrainingOptions.DEFAULT)) {
      collector.add("1", 1, new float[] {1}, List.of("a", "b"), 1);
      assertThatThrownBy(collector::finish)
          .isInstanceOf(TrainingException.class)
          .hasMessage("there are 1 rows for 2 classes: a, b");
    }
  }

  private void refused(Task task, List<Clouds.Row> rows, String message) {
    try (RowCollector collector = collector(task, TrainingOptions.DEFAULT)) {
      Clouds.add(collector, rows);
      assertThatThrownBy(collector::finish)
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining(message);
    }
  }
}
