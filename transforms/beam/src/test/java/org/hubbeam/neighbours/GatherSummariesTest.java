// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VoidCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;

class GatherSummariesTest {

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  @Test
  void summariesAreWholeWhateverTheirSize() {
    int piece = GatherSummaries.PIECE_BYTES;
    List<Integer> expected = new ArrayList<>();
    List<KV<Void, byte[]>> summaries = new ArrayList<>();
    for (int size : new int[] {0, 1, piece - 1, piece, piece + 1, 3 * piece, 2 * piece + 7}) {
      byte[] bytes = new byte[size];
      new Random(size).nextBytes(bytes);
      expected.add(Arrays.hashCode(bytes));
      summaries.add(KV.of(null, bytes));
    }
    PCollection<KV<Void, Iterable<byte[]>>> gathered =
        pipeline
            .apply(Create.of(summaries).withCoder(KvCoder.of(VoidCoder.of(), ByteArrayCoder.of())))
            .apply(new GatherSummaries());
    PAssert.thatSingleton(gathered)
        .satisfies(
            all -> {
              assertThat(
                      StreamSupport.stream(all.getValue().spliterator(), false)
                          .map(Arrays::hashCode))
                  .containsExactlyInAnyOrderElementsOf(expected);
              return null;
            });
    pipeline.run();
  }
}
