// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.vectors.Pooling;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.PostProcessor;

/** Steps after the call on single vectors: what is not pooled is one vector a row, flattened. */
final class VectorSteps {

  private VectorSteps() {}

  /**
   * What becomes of an output.
   *
   * @throws IllegalArgumentException when the steps are not for it
   */
  static ArraySpec check(PostProcessing steps, ArraySpec output) {
    return steps.check(pools(steps) ? output : flat(output)).get(0);
  }

  private static boolean pools(PostProcessing steps) {
    return steps.pooling().kind() != Pooling.Kind.NONE;
  }

  private static ArraySpec flat(ArraySpec output) {
    if (output.layout() != Layout.DENSE
        || !output.shape().hasRank()
        || output.shape().rank() == 0) {
      return output;
    }
    Shape row = output.shape().row();
    long size = row.isFull() ? row.dims().stream().reduce(1L, Math::multiplyExact) : -1;
    return new ArraySpec(
        output.name(), output.dtype(), Shape.of(output.shape().dim(0), size), Layout.DENSE);
  }

  /**
   * Does the steps on the rows that a call gave outputs for.
   *
   * @param called the batch that was called; it may have the mask
   * @return the rows with their vectors as one piece, and the rows that did not go through
   */
  static ModuleCaller.Outcome apply(
      PostProcessing steps, PostProcessor processor, Batch called, ModuleCaller.Piece piece) {
    String name = piece.outputs().columns().keySet().iterator().next();
    Array output = piece.outputs().column(name);
    Batch rows = piece.outputs();
    if (!pools(steps) && output instanceof Array.Dense dense) {
      List<Long> dims = List.of((long) dense.rows(), (long) dense.rowSize());
      rows = rows.with(name, new Array.Dense(dims, dense.values()));
    }
    String mask = steps.pooling().mask();
    if (!mask.isEmpty()) {
      rows = rows.with(mask, called.column(mask).select(piece.rows()));
    }
    PostProcessor.Outcome outcome = processor.apply(rows, name);
    List<CallPlan.BadRow> bad =
        outcome.bad().stream()
            .map(row -> new CallPlan.BadRow(piece.rows()[row.row()], row.reason()))
            .toList();
    int[] kept = Arrays.stream(outcome.rows()).map(i -> piece.rows()[i]).toArray();
    return new ModuleCaller.Outcome(
        List.of(new ModuleCaller.Piece(kept, outcome.batch().only(List.of(name)))), bad);
  }
}
