// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that NumPy and the Embedding Projector read. */
class WriteVectorFilesTest {

  @TempDir Path folder;

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  /** Rows of two sources: the vector of row i is i and minus i. */
  private static List<Batch> batches() {
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String[] ids = new String[5];
      long[] records = new long[5];
      float[] vectors = new float[10];
      for (int row = 0; row < 5; row++) {
        int number = 5 * i + row;
        ids[row] = "r" + number;
        records[row] = number;
        vectors[2 * row] = number;
        vectors[2 * row + 1] = -number / 3f;
      }
      Batch batch =
          Batch.of(Map.of("embedding", new Array.Dense(List.of(5L, 2L), Values.of(vectors))))
              .with("id", Array.Dense.vector(Values.of(ids)));
      batches.add(new Batch(5, batch.columns(), new Batch.Origin(i < 20 ? "a" : "b", records)));
    }
    Collections.shuffle(batches, new Random(7));
    return batches;
  }

  private WriteVectors.Result write(VectorFileFormat format, List<Batch> batches) {
    return pipeline
        .apply(Create.of(batches).withCoder(BatchCoder.of()))
        .apply(WriteVectorFiles.of(format, folder.resolve("v").toString()));
  }

  @Test
  void aMatrixHasTheRowsInTheOrderOfTheirOrigins() throws IOException {
    WriteVectors.Result result = write(VectorFileFormat.NPY, batches());
    PAssert.that(result.failures()).empty();
    PAssert.that(result.written())
        .satisfies(
            written -> {
              assertThat(written).extracting(WriteVectors.Written::rows).containsExactly(200L);
              return null;
            });
    pipeline.run().waitUntilFinish();
    ByteBuffer npy =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("v.npy"))).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(new String(npy.array(), 0, 128, StandardCharsets.ISO_8859_1))
        .startsWith(
            "\u0093NUMPY\1\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (200, 2), }")
        .endsWith(" \n");
    List<String> ids = Files.readAllLines(folder.resolve("v.ids.txt"));
    assertThat(npy.capacity()).isEqualTo(128 + 200 * 8);
    for (int i = 0; i < 200; i++) {
      assertThat(ids.get(i)).isEqualTo("r" + i);
      assertThat(npy.getFloat(128 + 8 * i)).isEqualTo(i);
      assertThat(npy.getFloat(128 + 8 * i + 4)).isEqualTo(-i / 3f);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("v.npy", "v.ids.txt");
    }
  }

  @Test
  void numpyReadsTheMatrix() throws Exception {
    String python = Python.with("numpy");
    write(VectorFileFormat.NPY, batches());
    pipeline.run().waitUntilFinish();
    Python.run(python, getClass(), "read_npy.py", folder, folder.resolve("v.npy").toString());
  }

  @Test
  void anIdWithALineBreakIsAFailure() throws IOException {
    Batch rows = WriteVectorsTest.batch("f", "one", "t\nwo", "three");
    WriteVectors.Result result = write(VectorFileFormat.NPY, List.of(rows));
    PAssert.that(result.failures())
        .containsInAnyOrder(
            Failure.reading(
                "f@10", "id", "the id has a line break, which a file of ids cannot have"));
    pipeline.run().waitUntilFinish();
    assertThat(folder.resolve("v.ids.txt")).hasContent("one\nthree");
  }

  @Test
  void theProjectorGetsVectorsColumnsAndItsConfiguration() throws IOException {
    Batch rows =
        WriteVectorsTest.batch("f", "one", "two")
            .with("text", Array.Dense.vector(Values.of("tab\there", "line\nbreak")))
            .with("tags", Array.Ragged.of(Values.of(1L, 2L), new int[] {0, 2, 2}));
    write(VectorFileFormat.PROJECTOR, List.of(rows));
    pipeline.run().waitUntilFinish();
    assertThat(Files.readString(folder.resolve("v.tsv"))).isEqualTo("3.0\t0.0\n3.0\t0.0\n");
    assertThat(Files.readString(folder.resolve("v.metadata.tsv")))
        .isEqualTo("id\ttext\ttags\none\ttab here\t1, 2\ntwo\tline break\t\n");
    assertThat(Files.readString(folder.resolve("projector_config.pbtxt")))
        .isEqualTo(
            """
            embeddings {
              tensor_name: "embedding"
              tensor_path: "v.tsv"
              metadata_path: "v.metadata.tsv"
            }
            """);
  }

  @Test
  void aSingleColumnOfIdsHasNoHeader() throws IOException {
    write(VectorFileFormat.PROJECTOR, List.of(WriteVectorsTest.batch("f", "one")));
    pipeline.run().waitUntilFinish();
    assertThat(Files.readString(folder.resolve("v.metadata.tsv"))).isEqualTo("one\n");
  }
}
