// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index for which the heap has no room. */
class IndexMemoryTest {

  private static final int ROWS = 800;
  private static final int DIMENSION = 8000;
  private static final String REFUSAL =
      "takes 24 MiB of memory when it is open, and there is no room for that in this process";

  @TempDir Path work;

  /** Opens an index beside so many MiB of other things. */
  public static final class Opening {
    private Opening() {}

    /** The folder of the index, and the MiB. */
    public static void main(String... arguments) {
      List<byte[]> others = new ArrayList<>();
      for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
        others.add(new byte[(1 << 20) - 64]);
      }
      try (SearchIndex index = SearchIndex.open(Path.of(arguments[0]))) {
        System.out.println("open: " + index.size());
      } catch (IndexException e) {
        System.out.println(e.getMessage());
      }
      System.out.println(others.size());
    }
  }

  private String open(Path folder, String heap, int others) throws Exception {
    ChildJvm.Launch launch =
        ChildJvm.Launch.of(Opening.class.getName())
            .withFlags(List.of("-Xmx" + heap, "-XX:+UseSerialGC"))
            .withArguments(List.of(folder.toString(), Integer.toString(others)));
    try (ChildJvm child = ChildJvm.start("opening", launch, work.resolve("logs"))) {
      assertThat(child.await(Duration.ofMinutes(5))).as(child.printed()).isZero();
      assertThat(child.err()).doesNotContain("OutOfMemoryError");
      return child.out();
    }
  }

  @Test
  void anIndexWithoutRoomIsRefusedWithWhatItTakes() throws Exception {
    Path folder = work.resolve("ix");
    TestIndex.write(
        folder, 2, TestIndex.options(Metric.COSINE, DIMENSION), TestIndex.rows(ROWS, DIMENSION, 3));

    assertThat(open(folder, "20m", 0)).contains(REFUSAL).contains(" 19 MiB for all");
    assertThat(open(folder, "60m", 32))
        .contains(REFUSAL)
        .contains("HUBBEAM_HEAP")
        .contains("--quantize=int8")
        .contains("--shardsApart (12 MiB for the largest shard)");
    assertThat(open(folder, "60m", 0)).startsWith("open: " + ROWS);
  }

  @Test
  void whatAnIndexTakesIsThatOfItsGraphs() throws Exception {
    Path folder = work.resolve("ix");
    TestIndex.write(folder, 1, TestIndex.options(Metric.COSINE, 16), TestIndex.rows(500, 16, 3));
    try (SearchIndex index = SearchIndex.open(folder)) {
      IndexDescription described = index.description();
      assertThat(IndexMemory.of(described)).isBetween(500L * 16 * 4, 500L * (16 * 4 + 160));
      assertThatThrownBy(() -> IndexMemory.check(folder, described, 1000))
          .isInstanceOf(IndexException.class)
          .hasMessageContaining(" 1,000 bytes for all")
          .hasMessageContaining("with more --shards, neighbours can take --shardsApart");
    }
  }
}
