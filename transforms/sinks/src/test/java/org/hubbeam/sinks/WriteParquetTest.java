// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of Parquet, without Hadoop; read by PyArrow. */
class WriteParquetTest {

  @TempDir Path folder;

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static Batch rows(String... ids) {
    byte[] flags = new byte[ids.length];
    long[] years = new long[ids.length];
    int[] splits = new int[ids.length + 1];
    for (int i = 0; i < ids.length; i++) {
      flags[i] = (byte) (i % 2);
      years[i] = 1990L - i;
      splits[i + 1] = 2;
    }
    return WriteVectorsTest.batch("f", ids)
        .with("text", Array.Dense.vector(Values.of(ids)))
        .with("year", Array.Dense.vector(Values.of(years)))
        .with("odd", Array.Dense.vector(new Values.Numbers(DType.BOOL, flags)))
        .with("tags", Array.Ragged.of(Values.of("x", "ü"), splits));
  }

  private WriteVectors.Result write(WriteParquet to, Batch... batches) {
    return pipeline.apply(Create.of(List.of(batches)).withCoder(BatchCoder.of())).apply(to);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::toString).filter(f -> f.endsWith(".parquet")).sorted().toList();
    }
  }

  @Test
  void pyArrowReadsTheRowsWithTheirTypes() throws Exception {
    String python = Python.with("pyarrow");
    WriteVectors.Result result =
        write(
            WriteParquet.to(folder.resolve("v").toString()).withShards(2),
            rows("a", "bb"),
            rows("ccc", "d"));
    PAssert.that(result.failures()).empty();
    PAssert.that(result.written())
        .satisfies(
            written -> {
              assertThat(written).extracting(WriteVectors.Written::rows).containsExactly(4L);
              return null;
            });
    pipeline.run().waitUntilFinish();
    assertThat(files()).hasSize(2).allMatch(file -> file.matches(".*/v-0000[01]-of-00002.parquet"));
    Path out = folder.resolve("out");
    List<String> arguments = new ArrayList<>(List.of(out.toString()));
    arguments.addAll(files());
    Python.run(python, getClass(), "read_parquet.py", folder, arguments.toArray(String[]::new));
    assertThat(Files.readAllLines(out))
        .containsExactly(
            "id string",
            "embedding list<element: float not null>",
            "text string",
            "year int64",
            "odd bool",
            "tags list<element: string not null>",
            "{\"id\": \"a\", \"embedding\": [1.0, 0.0], \"text\": \"a\", \"year\": 1990, \"odd\":"
                + " false, \"tags\": [\"x\", \"ü\"]}",
            "{\"id\": \"bb\", \"embedding\": [2.0, 0.0], \"text\": \"bb\", \"year\": 1989, \"odd\":"
                + " true, \"tags\": []}",
            "{\"id\": \"ccc\", \"embedding\": [3.0, 0.0], \"text\": \"ccc\", \"year\": 1990,"
                + " \"odd\": false, \"tags\": [\"x\", \"ü\"]}",
            "{\"id\": \"d\", \"embedding\": [1.0, 0.0], \"text\": \"d\", \"year\": 1989, \"odd\":"
                + " true, \"tags\": []}");
  }

  @Test
  void theFileBeginsAndEndsAsParquetDoesAndBadTextsAreFailures() throws IOException {
    Batch bad =
        WriteVectorsTest.batch("f", "a", "b")
            .with(
                "text",
                Array.Dense.vector(
                    Values.ofBytes(List.of(new byte[] {'x'}, new byte[] {(byte) 0xff}))));
    WriteVectors.Result result =
        write(WriteParquet.to(folder.resolve("v").toString()).withShards(1), bad);
    PAssert.that(result.failures())
        .containsInAnyOrder(Failure.reading("f@10", "text", "the text is not UTF-8"));
    pipeline.run().waitUntilFinish();
    String file =
        new String(Files.readAllBytes(Path.of(files().get(0))), StandardCharsets.ISO_8859_1);
    assertThat(file).startsWith("PAR1").endsWith("PAR1");
  }

  @Test
  void rowsOfSeveralSchemasAreNoFile() {
    write(
        WriteParquet.to(folder.resolve("v").toString()).withShards(1),
        rows("a"),
        WriteVectorsTest.batch("f", "b"));
    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .hasMessageContaining("a Parquet file has rows of one schema");
  }
}
