// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hubbeam.benchmarks.loops.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorInputsTest {

  @TempDir Path folder;

  @Test
  void filesHoldWhatWasWritten() throws IOException {
    float[][] vectors = {{1, 0}, {0, 1}, {-1, 0}};
    float[][] queries = {{0.8f, 0.6f}};
    VectorInputs.write(folder, vectors, queries);
    assertThat(Vectors.floats(folder.resolve("vectors.npy"))).isDeepEqualTo(vectors);
    assertThat(Vectors.floats(folder.resolve("queries.npy"))).isDeepEqualTo(queries);
    assertThat(Vectors.ints(folder.resolve("truth.npy"))).isDeepEqualTo(new int[][] {{0, 1, 2}});
    assertThat(Files.readAllLines(folder.resolve("ids.txt"))).containsExactly("0", "1", "2");
    byte[] bytes = Files.readAllBytes(folder.resolve("vectors.npy"));
    assertThat(bytes).hasSize(Vectors.HEADER + 3 * 2 * 4).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y');
  }

  @Test
  void vectorsHaveLengthOne() throws IOException {
    Workplace place = new Workplace(folder, folder, folder, Sizes.QUICK);
    Path inputs = new VectorInputs(place).folder(VectorInputs.Spread.CLUSTERED, 300);
    float[][] vectors = Vectors.floats(inputs.resolve("vectors.npy"));
    assertThat(vectors.length).isEqualTo(300);
    assertThat(Vectors.normalized(vectors[7]))
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(vectors[7]);
    int[][] truth = Vectors.ints(inputs.resolve("truth.npy"));
    assertThat(truth.length).isEqualTo(100);
    assertThat(Vectors.recall(truth, truth)).isEqualTo(1);
    assertThat(Vectors.recall(new int[100][10], truth)).isLessThan(0.1);
  }
}
