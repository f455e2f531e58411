// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.testing.OperationCases;
import org.junit.jupiter.api.Test;

/** The operations of {@code ops-tensors.js} on parts of tensors: ragged, in segments, sparse. */
class OpsPartsTest {
  private static final String SCRIPT = OpsScript.text();

  private final RandomArrays random = new RandomArrays(18);
  private final OperationCases cases = new OperationCases(SCRIPT);

  @Test
  void raggedToSparse() {
    for (int i = 0; i < 1000; i++) {
      int rank = 1 + random.below(3);
      DType type = random.wide();
      List<Array.Dense> inputs = new ArrayList<>();
      int rows = random.below(4);
      for (int d = 0; d < rank; d++) {
        int[] splits = random.splits(rows);
        inputs.add(RandomArrays.whole(DType.INT64, splits));
        rows = splits[rows];
      }
      inputs.add(random.of(random.any(rows), random.any(rows, 2), random.any(rows, 2, 0)));
      cases.add(
          "RaggedTensorToSparse",
          Map.of("RAGGED_RANK", rank, "Tsplits", type),
          inputs.stream()
              .map(a -> a.equals(inputs.get(rank)) ? a : RandomArrays.retyped(a, type))
              .toArray(Array.Dense[]::new));
    }
    cases.check(0);
  }

  @Test
  void raggedToTensor() {
    for (int i = 0; i < 1000; i++) {
      int rank = 1 + random.below(3);
      DType type = random.wide();
      boolean ids = random.below(2) == 0;
      List<String> types = new ArrayList<>();
      List<Array.Dense> parts = new ArrayList<>();
      int rows = random.below(4);
      if (ids) {
        types.add("FIRST_DIM_SIZE");
        parts.add(RandomArrays.whole(type, List.of(), rows));
      }
      for (int d = 0; d < rank; d++) {
        int[] splits = random.splits(rows);
        types.add(ids ? "VALUE_ROWIDS" : "ROW_SPLITS");
        parts.add(RandomArrays.whole(type, ids ? rowIds(splits) : splits));
        rows = splits[rows];
      }
      int[] inner = random.of(new int[0], new int[] {2}, new int[] {2, 3});
      int[] shape = new int[rank + 1 + inner.length];
      for (int d = 0; d < shape.length; d++) {
        shape[d] = d <= rank ? random.of(-1, random.below(4)) : random.of(-1, inner[d - rank - 1]);
      }
      int[] whole = IntStream.concat(IntStream.of(rows), Arrays.stream(inner)).toArray();
      Array.Dense values = random.any(whole);
      int[] fallback = inner.length == 0 ? inner : random.of(new int[0], inner, new int[] {1});
      Array.Dense filler = alike(values, fallback);
      List<Array.Dense> inputs = new ArrayList<>();
      inputs.add(
          random.below(3) == 0
              ? RandomArrays.whole(type, List.of(), -1)
              : RandomArrays.whole(type, shape));
      inputs.add(values);
      inputs.add(filler);
      inputs.addAll(parts);
      cases.add(
          "RaggedTensorToTensor",
          Map.of(
              "row_partition_types",
              types,
              "num_row_partition_tensors",
              parts.size(),
              "Tindex",
              type,
              "Tshape",
              type),
          inputs.toArray(Array.Dense[]::new));
    }
    cases.check(0);
  }

  private Array.Dense alike(Array.Dense values, int... dims) {
    return switch (values.dtype()) {
      case STRING -> random.texts(dims);
      case INT32 -> random.ints(9, dims);
      default -> random.floats(dims);
    };
  }

  private static int[] rowIds(int[] splits) {
    IntStream.Builder ids = IntStream.builder();
    for (int row = 0; row + 1 < splits.length; row++) {
      for (int k = splits[row]; k < splits[row + 1]; k++) {
        ids.add(row);
      }
    }
    return ids.build().toArray();
  }

  @Test
  void raggedGatherAndRange() {
    for (int i = 0; i < 1000; i++) {
      int rank = 1 + random.below(2);
      DType type = random.wide();
      List<Array.Dense> inputs = new ArrayList<>();
      int first = 1 + random.below(3);
      int rows = first;
      for (int d = 0; d < rank; d++) {
        int[] splits = random.splits(rows);
        inputs.add(RandomArrays.whole(type, splits));
        rows = splits[rows];
      }
      inputs.add(random.of(random.any(rows), random.any(rows, 2)));
      Array.Dense indices =
          random.of(
              random.ints(first, random.below(4)),
              random.ints(first, 2, random.below(3)),
              random.ints(first, 2, 1, 2));
      inputs.add(indices);
      cases.add(
          "RaggedGather",
          Map.of(
              "PARAMS_RAGGED_RANK",
              rank,
              "OUTPUT_RAGGED_RANK",
              rank + indices.dims().size() - 1,
              "Tsplits",
              type,
              "Tvalues",
              inputs.get(rank).dtype(),
              "Tindices",
              DType.INT32),
          inputs.toArray(Array.Dense[]::new));
    }
    for (int i = 0; i < 1000; i++) {
      int rows = random.below(4);
      int[] vector = {rows};
      int[] none = {};
      boolean whole = random.below(2) == 0;
      Array.Dense[] given = new Array.Dense[3];
      for (int k = 0; k < 3; k++) {
        int[] dims = k == 0 || random.below(2) == 0 ? vector : none;
        given[k] = whole ? random.ints(12, dims) : random.floats(dims);
      }
      given[2] = whole ? random.nonZero(given[2]) : given[2];
      cases.add("RaggedRange", Map.of("Tsplits", random.wide()), given);
    }
    cases.check(1e-6);
  }

  @Test
  void segments() {
    for (int i = 0; i < 1000; i++) {
      int rows = random.below(6);
      int[] dims = random.of(new int[] {rows}, new int[] {rows, 3}, new int[] {rows, 2, 2});
      Array.Dense data = random.below(3) == 0 ? random.ints(9, dims) : random.floats(dims);
      DType type = random.wide();
      int[] ids = IntStream.range(0, rows).map(r -> random.below(7)).sorted().toArray();
      String kind = random.of("Sum", "Prod", "Max", "Min", "Mean");
      cases.add("Segment" + kind, Map.of(), data, RandomArrays.whole(type, ids));
      if (!kind.equals("Mean")) {
        int[] unsorted = IntStream.range(0, rows).map(r -> random.below(7) - 1).toArray();
        cases.add(
            "UnsortedSegment" + kind,
            Map.of(),
            data,
            RandomArrays.whole(type, unsorted),
            RandomArrays.scalar(6));
      }
    }
    cases.check(1e-5);
  }

  @Test
  void sparseSegments() {
    for (int i = 0; i < 1000; i++) {
      int rows = 1 + random.below(5);
      int picked = random.below(6);
      Array.Dense data =
          random.of(random.floats(rows, 3), random.floats(rows), random.floats(rows, 2, 2));
      Array.Dense indices = RandomArrays.retyped(random.ints(rows, picked), random.wide());
      DType type = random.wide();
      int[] ids = IntStream.range(0, picked).map(r -> random.below(6)).sorted().toArray();
      String operation = "SparseSegment" + random.of("Sum", "Mean", "SqrtN");
      cases.add(operation, Map.of(), data, indices, RandomArrays.whole(type, ids));
      cases.add(
          operation + "WithNumSegments",
          Map.of(),
          data,
          indices,
          RandomArrays.whole(type, ids),
          RandomArrays.scalar(7));
    }
    cases.check(1e-5);
  }

  @Test
  void sparse() {
    for (int i = 0; i < 1000; i++) {
      int[] shape = {1 + random.below(4), 1 + random.below(4)};
      int[] places =
          IntStream.range(0, shape[0] * shape[1]).filter(p -> random.below(2) == 0).toArray();
      int[] indices =
          Arrays.stream(places).flatMap(p -> IntStream.of(p / shape[1], p % shape[1])).toArray();
      Array.Dense index =
          RandomArrays.whole(DType.INT64, RandomArrays.dims(places.length, 2), indices);
      Array.Dense dims = RandomArrays.whole(DType.INT64, shape);
      Array.Dense values = random.floats(places.length);
      boolean flipped = random.below(2) == 0;
      boolean turned = random.below(2) == 0;
      int inner = flipped ? shape[0] : shape[1];
      int across = random.below(4);
      cases.add(
          "SparseTensorDenseMatMul",
          Map.of("adjoint_a", flipped, "adjoint_b", turned),
          index,
          values,
          dims,
          turned ? random.floats(across, inner) : random.floats(inner, across));
      Array.Dense any = random.any(places.length);
      cases.add(
          "SparseSlice",
          Map.of(),
          index,
          any,
          dims,
          RandomArrays.whole(DType.INT64, random.below(3), random.below(3)),
          RandomArrays.whole(DType.INT64, random.below(4), random.below(4)));
      cases.add("SparseReorder", Map.of(), shuffled(places, shape), any, dims);
      Array.Dense axes =
          random.of(
              RandomArrays.whole(DType.INT32, 1),
              RandomArrays.whole(DType.INT32, -2),
              RandomArrays.whole(DType.INT32, 0, 1));
      boolean keep = random.below(2) == 0;
      String kind = random.of("Sum", "Max");
      cases.add("SparseReduce" + kind, Map.of("keep_dims", keep), index, values, dims, axes);
      cases.add(
          "SparseConcat",
          Map.of("N", 2, "concat_dim", random.of(0, 1, -1), "T", any.dtype()),
          index,
          index,
          any,
          any,
          dims,
          dims);
    }
    cases.check(1e-5);
  }

  private Array.Dense shuffled(int[] places, int[] shape) {
    List<Integer> order = new ArrayList<>(Arrays.stream(places).boxed().toList());
    Collections.shuffle(order, random.random);
    return RandomArrays.whole(
        DType.INT64,
        RandomArrays.dims(places.length, 2),
        order.stream().flatMapToInt(p -> IntStream.of(p / shape[1], p % shape[1])).toArray());
  }
}
