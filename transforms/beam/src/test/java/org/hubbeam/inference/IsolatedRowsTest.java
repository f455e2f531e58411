// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.DeadlyModule;
import org.hubbeam.model.Isolation;
import org.hubbeam.model.ModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row that ends the process of its module is a failure, and the others are answered. */
class IsolatedRowsTest {

  @Test
  void theRowThatEndsTheProcessIsFound(@TempDir Path work) {
    ModuleSpec spec =
        ModuleSpec.of(DeadlyModule.write(work.resolve("m")).toString())
            .withOptions(
                ModuleOptions.DEFAULT
                    .withAllowOps(DeadlyModule.OPS)
                    .withIsolation(Isolation.DEFAULT));
    String[] texts = new String[16];
    Arrays.setAll(texts, i -> "x".repeat(i));
    texts[11] = "abort";
    try (ModuleCaller caller = new ModuleCaller(spec, ModuleLoader.FromHub.INSTANCE, Meter.NONE)) {
      ModuleCaller.Outcome outcome =
          caller.call(Batch.of(Map.of("x", Array.Dense.vector(Values.of(texts)))));
      assertThat(outcome.bad()).hasSize(1);
      assertThat(outcome.bad().get(0).row()).isEqualTo(11);
      assertThat(outcome.bad().get(0).reason()).contains("signal 6 (abort)");
      Map<Integer, Long> lengths = new TreeMap<>();
      for (ModuleCaller.Piece piece : outcome.pieces()) {
        Values.Numbers values = (Values.Numbers) piece.outputs().column("y").values();
        for (int i = 0; i < piece.rows().length; i++) {
          lengths.put(piece.rows()[i], values.getLong(i));
        }
      }
      assertThat(lengths)
          .hasSize(15)
          .allSatisfy((row, length) -> assertThat(length).isEqualTo((long) row));
    }
  }
}
