// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.Protos;
import org.hubbeam.testing.OperationCases;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The operations of {@code ops-moves.js} against TensorFlow's. */
class OpsMovesTest {
  private final RandomArrays random = new RandomArrays(21);
  private final OperationCases cases = new OperationCases(OpsScript.text());

  private static Array.Dense whole(int... values) {
    return RandomArrays.whole(DType.INT32, values);
  }

  private Array.Dense flags(int... dims) {
    byte[] values = new byte[RandomArrays.size(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) random.below(2);
    }
    return new Array.Dense(RandomArrays.dims(dims), new Values.Numbers(DType.BOOL, values));
  }

  private Array.Dense[] two(int[] first, int... second) {
    return random.below(2) == 0
        ? new Array.Dense[] {random.texts(first), random.texts(second)}
        : new Array.Dense[] {random.floats(first), random.floats(second)};
  }

  @Test
  void valuesAreMoved() {
    for (int i = 0; i < 1000; i++) {
      int rows = 1 + random.below(4);
      int[] dims = {rows, 2};
      Array.Dense x = random.any(dims);
      int picked = random.below(4);
      cases.add("GatherV2", Map.of(), x, random.ints(rows, picked), RandomArrays.scalar(0));
      cases.add("GatherV2", Map.of(), x, random.ints(2, 2, picked), RandomArrays.scalar(-1));
      cases.add(
          "GatherV2",
          Map.of("batch_dims", 1),
          x,
          random.ints(2, rows, picked),
          RandomArrays.scalar(1));
      Array.Dense[] both = two(dims, dims);
      cases.add(random.of("Select", "SelectV2"), Map.of(), flags(dims), both[0], both[1]);
      both = two(dims, 1);
      cases.add("SelectV2", Map.of(), flags(rows, 1), both[0], both[1]);
      cases.add("BroadcastTo", Map.of(), random.any(1, 2), whole(3, rows, 2));
      cases.add("ReverseV2", Map.of(), x, random.of(whole(0), whole(1, 0), whole(-1)));
      cases.add("Transpose", Map.of(), x, random.of(whole(1, 0), whole(0, 1)));
      cases.add("Split", Map.of("num_split", 2), RandomArrays.scalar(1), x);
      cases.add("SplitV", Map.of("num_split", 2), x, whole(rows - 1, 1), RandomArrays.scalar(0));
      both = two(dims, 2, 2);
      cases.add(
          "TensorScatterUpdate",
          Map.of(),
          both[0],
          RandomArrays.whole(DType.INT32, List.of(2L, 1L), rows - 1, rows > 1 ? 0 : rows - 1),
          rows > 1 ? both[1] : repeated(both[1]));
      both = two(dims);
      cases.add(
          "PadV2",
          Map.of(),
          both[0],
          RandomArrays.whole(DType.INT32, List.of(2L, 2L), 1, 0, 0, picked),
          both[1]);
      cases.add("ZerosLike", Map.of(), x);
    }
    cases.check(0);
  }

  private static Array.Dense repeated(Array.Dense array) {
    return array.select(new int[] {0, 0});
  }

  @Test
  void emptyRowsAreFilled() {
    for (int i = 0; i < 1000; i++) {
      int rows = 1 + random.below(5);
      int count = random.below(6);
      int[] indices =
          IntStream.range(0, count)
              .map(k -> random.below(rows))
              .sorted()
              .flatMap(row -> IntStream.of(row, random.below(9)))
              .toArray();
      Array.Dense[] values = two(new int[] {count});
      cases.add(
          "SparseFillEmptyRows",
          Map.of(),
          RandomArrays.whole(DType.INT64, RandomArrays.dims(count, 2), indices),
          values[0],
          RandomArrays.whole(DType.INT64, rows, 9),
          values[1]);
    }
    cases.check(0);
  }

  @Test
  void wholeNumbersAreDividedTowardsZero() {
    for (int i = 0; i < 1000; i++) {
      Array.Dense y = whole(random.of(-3, -2, 1, 2, 5));
      cases.add(random.of("Div", "Mod"), Map.of(), whole(random.below(99) - 50), y);
      cases.add(random.of("Div", "Mod"), Map.of(), random.floats(2, 2), random.floats(2));
    }
    cases.check(1e-5);
  }

  @Test
  void numbersAreMovedByTheRuntime() {
    NodeDef gather =
        NodeDef.newBuilder()
            .setOp("GatherV2")
            .putAttr("Tparams", Protos.attr(DataType.DT_FLOAT))
            .build();
    assertEquals(OpSupport.Where.RUNTIME, OpSupport.of(gather).where());
    assertEquals(
        OpSupport.Where.SCRIPT,
        OpSupport.of(gather.toBuilder().putAttr("Tparams", Protos.attr(DataType.DT_STRING)).build())
            .where());
  }
}
