// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.hubbeam.batch.Batch;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real data sets: each row once, no failure. */
class CorpusTest {

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static Path data(String name) {
    return TestFiles.corpus("data").resolve(name);
  }

  private static Iterable<Batch> count(Iterable<Batch> batches, long rows) {
    long found = 0;
    for (Batch batch : batches) {
      found += batch.rows();
    }
    assertThat(found).isEqualTo(rows);
    return batches;
  }

  private void check(BatchSource source, long rows, String... columns) {
    List<String> names = List.of(columns);
    BatchSource.Result result = pipeline.apply(source);
    Rows.expectFailures(result.failures());
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              for (Batch batch : count(all, rows)) {
                assertThat(batch.columns().keySet()).containsAll(names);
              }
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @ParameterizedTest
  @CsvSource({
    "flowers_tfrecord/*.tfrecord, 25, image_raw",
    "cifar10_tfrecord/*/*, 256, image",
    "tfx_sequence_examples/*.gz, 15000, s",
    "chicago_taxi/csv_example_gen_tfrecords/Split-*/*.gz, 15000, trip_miles"
  })
  void tfrecords(String glob, long rows, String column) {
    String folder = glob.substring(0, glob.indexOf('/'));
    check(BatchSource.tfrecord(data(folder) + glob.substring(folder.length())), rows, column);
  }

  @Test
  void taxiTripsOfCsv() {
    check(
        BatchSource.csv(data("chicago_taxi/data.csv").toString()),
        15_002,
        "trip_miles",
        "payment_type");
  }

  @Test
  void linesOfAdultInManyParts() throws Exception {
    Path file = data("adult/adult.data");
    long lines;
    try (var all = Files.lines(file)) {
      lines = all.count();
    }
    check(BatchSource.text(file.toString()).withPartBytes(100_000), lines, "text");
  }
}
