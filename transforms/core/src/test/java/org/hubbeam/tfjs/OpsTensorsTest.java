// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.OperationCases;
import org.junit.jupiter.api.Test;

/** The operations of {@code ops-tensors.js} on whole tensors, against TensorFlow's. */
class OpsTensorsTest {
  private static final String SCRIPT = OpsScript.text();

  private final RandomArrays random = new RandomArrays(18);
  private final OperationCases cases = new OperationCases(SCRIPT);

  @Test
  void sequencesAndBuckets() {
    for (int i = 0; i < 1000; i++) {
      int[] dims = {1 + random.below(3), 1 + random.below(4), 1 + random.below(3)};
      int sequence = random.below(3);
      int batch = (sequence + 1 + random.below(2)) % 3;
      Array.Dense lengths = random.ints(dims[sequence] + 1, dims[batch]);
      cases.add(
          "ReverseSequence",
          Map.of("seq_dim", sequence, "batch_dim", batch),
          random.any(dims),
          RandomArrays.retyped(lengths, random.wide()));
      List<Float> boundaries =
          random.of(List.of(), List.of(0.1f), List.of(-1f, 0f, 0.3f, 2f), List.of(1f, 1f, 2f));
      Array.Dense x = random.of(random.floats(5), random.ints(4, 2, 3), nans(), random.floats(0));
      cases.add("Bucketize", Map.of("boundaries", boundaries), x);
    }
    cases.check(0);
  }

  private static Array.Dense nans() {
    return Array.Dense.vector(
        Values.of(Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 0.1f, 0.3f, -0f));
  }

  @Test
  void stitching() {
    for (int i = 0; i < 1000; i++) {
      int rows = 1 + random.below(5);
      List<Integer> order = new ArrayList<>(IntStream.range(0, rows).boxed().toList());
      Collections.shuffle(order, random.random);
      int cut = random.below(rows + 1);
      int[] first = order.stream().limit(cut).mapToInt(k -> k).toArray();
      int[] second = order.stream().skip(cut).mapToInt(k -> k).toArray();
      Array.Dense left = random.floats(first.length, 2);
      Array.Dense right = random.floats(second.length, 2);
      cases.add(
          random.of("DynamicStitch", "ParallelDynamicStitch"),
          Map.of("N", 2, "T", DType.FLOAT32),
          RandomArrays.whole(DType.INT32, first),
          RandomArrays.whole(DType.INT32, second),
          left,
          right);
      cases.add(
          "InvertPermutation",
          Map.of(),
          RandomArrays.whole(random.wide(), order.stream().mapToInt(k -> k).toArray()));
      cases.add(
          "DynamicPartition",
          Map.of("num_partitions", 3),
          random.any(rows, 2),
          random.ints(3, rows));
      cases.add(
          "ConcatOffset",
          Map.of("N", 2),
          RandomArrays.scalar(1),
          RandomArrays.whole(DType.INT32, 4, random.below(5)),
          RandomArrays.whole(DType.INT32, 4, random.below(5)));
      cases.add(
          "UniqueWithCounts",
          Map.of(),
          random.below(2) == 0 ? random.ints(3, rows) : random.texts(rows));
    }
    cases.check(0);
  }

  @Test
  void placesInArrays() {
    for (int i = 0; i < 1000; i++) {
      int[] dims = {1 + random.below(3), 1 + random.below(4), random.below(3)};
      cases.add(
          "Roll",
          Map.of(),
          random.any(dims),
          RandomArrays.whole(DType.INT32, random.below(9) - 4, random.below(3)),
          RandomArrays.whole(DType.INT32, random.below(3), random.below(6) - 3));
      cases.add(
          "UnravelIndex",
          Map.of(),
          random.of(random.ints(12), random.ints(12, 4)),
          RandomArrays.whole(DType.INT32, 3, 4));
      String kind = random.of("Add", "Sub", "Min", "Max");
      boolean whole = random.below(2) == 0;
      int rows = random.below(4);
      cases.add(
          "TensorScatter" + kind,
          Map.of(),
          whole ? random.ints(9, 3, 2) : random.floats(3, 2),
          random.ints(3, rows, 1),
          whole ? random.ints(9, rows, 2) : random.floats(rows, 2));
      cases.add("Cross", Map.of(), random.floats(rows, 3), random.floats(rows, 3));
      cases.add(
          "ExtractImagePatches",
          Map.of(
              "ksizes",
              List.of(1, 1 + random.below(3), 1 + random.below(3), 1),
              "strides",
              List.of(1, 1 + random.below(3), 1 + random.below(3), 1),
              "rates",
              List.of(1, 1 + random.below(2), 1 + random.below(2), 1),
              "padding",
              random.of("SAME", "VALID")),
          random.floats(1 + random.below(2), 5 + random.below(3), 5 + random.below(3), 2));
      cases.add("L2Loss", Map.of(), random.floats(rows, 3));
    }
    cases.check(1e-5);
  }

  @Test
  void diagonals() {
    for (int i = 0; i < 1000; i++) {
      int rows = 1 + random.below(4);
      int columns = 1 + random.below(4);
      int low = random.below(rows + columns - 1) - rows + 1;
      int high = Math.min(columns - 1, low + random.below(3));
      Array.Dense k =
          low == high && random.below(2) == 0
              ? RandomArrays.scalar(low)
              : RandomArrays.whole(DType.INT32, low, high);
      int longest = Math.min(rows + Math.min(high, 0), columns - Math.max(low, 0));
      int[] diagonals =
          low == high ? new int[] {2, longest} : new int[] {2, high - low + 1, longest};
      Map<String, String> align =
          Map.of("align", random.of("LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT"));
      Array.Dense matrix = random.floats(2, rows, columns);
      Array.Dense padding = RandomArrays.scalar(-7f);
      cases.add("MatrixDiagPartV3", align, matrix, k, padding);
      cases.add("MatrixDiagPartV2", Map.of(), matrix, k, padding);
      cases.add("MatrixDiagPart", Map.of(), matrix);
      cases.add("MatrixSetDiagV3", align, matrix, random.floats(diagonals), k);
      cases.add("MatrixSetDiag", Map.of(), matrix, random.floats(2, Math.min(rows, columns)));
      cases.add(
          "MatrixDiagV3",
          align,
          random.floats(diagonals),
          k,
          RandomArrays.scalar(rows),
          RandomArrays.scalar(columns),
          padding);
      cases.add("MatrixDiag", Map.of(), random.floats(2, 3));
      if (low == high) {
        cases.add(
            "MatrixDiagV2",
            Map.of(),
            random.floats(2, 3),
            RandomArrays.scalar(low),
            RandomArrays.scalar(-1),
            RandomArrays.scalar(-1),
            padding);
      }
    }
    cases.check(0);
  }

  @Test
  void functionsOfNumbers() {
    Array.Dense special =
        Array.Dense.vector(
            Values.of(Float.NaN, Float.POSITIVE_INFINITY, 0f, 1f, -1f, 2f, 0.5f, -0.5f, 2.5f, 30f));
    for (int i = 0; i < 30; i++) {
      Array.Dense x = i == 0 ? special : random.floats(100);
      Array.Dense y = i == 0 ? special : random.floats(100);
      for (String operation : List.of("Erfc", "Lgamma", "Digamma", "Rint", "Softsign", "Inv")) {
        cases.add(operation, Map.of(), x);
      }
      for (String operation : List.of("Xlogy", "Xlog1py", "Xdivy", "MulNoNan")) {
        cases.add(operation, Map.of(), x, y);
      }
      cases.add("Xlogy", Map.of(), random.floats(3, 1, 2), random.floats(4, 1));
      Array.Dense divisor = random.nonZero(random.ints(9, 5, 3));
      for (String operation : List.of("TruncateDiv", "TruncateMod", "BitwiseOr", "BitwiseXor")) {
        cases.add(operation, Map.of(), random.ints(99, 3), divisor);
      }
      cases.add("LeftShift", Map.of(), random.ints(99, 3), random.ints(31, 2, 3));
      cases.add("RightShift", Map.of(), random.ints(1 << 30, 3), random.ints(31, 2, 3));
      cases.add("Invert", Map.of(), random.ints(99, 3));
    }
    cases.check(1e-5);
  }

  @Test
  void inversesOfTheErrorFunctionAreAtLeastAsExact() {
    for (int i = 0; i < 10; i++) {
      cases.add("Erfinv", Map.of(), random.units(100));
      cases.add("Ndtri", Map.of(), random.units(100));
    }
    cases.check(1e-3);
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    Array.Dense data = random.floats(3, 2);
    assertEquals(
        "SegmentSum (case0/SegmentSum): segments are not in order",
        OperationCases.refused(
            SCRIPT, "SegmentSum", Map.of(), data, RandomArrays.whole(DType.INT32, 1, 0, 2)));
    assertTrue(
        OperationCases.refused(
                SCRIPT,
                "UnsortedSegmentSum",
                Map.of(),
                data,
                RandomArrays.whole(DType.INT32, 1, 0, 2),
                RandomArrays.scalar(2))
            .endsWith("segment 2 is not below 2"));
    assertTrue(
        OperationCases.refused(
                SCRIPT,
                "ReverseSequence",
                Map.of("seq_dim", 1, "batch_dim", 0),
                data,
                RandomArrays.whole(DType.INT32, 1, 0, 3))
            .endsWith("length 3 is not in [0, 2]"));
  }
}
