// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lays batches and arrays end to end. */
final class Concat {

  private Concat() {}

  static Batch batches(List<Batch> batches) {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("there is no batch to lay end to end");
    }
    Batch first = batches.get(0);
    if (batches.size() == 1) {
      return first;
    }
    for (Batch batch : batches) {
      if (!batch.columns().keySet().equals(first.columns().keySet())) {
        throw new IllegalArgumentException(
            "batches with the columns "
                + first.columns().keySet()
                + " and "
                + batch.columns().keySet()
                + " cannot be laid end to end");
      }
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    for (String name : first.columns().keySet()) {
      columns.put(name, arrays(name, batches.stream().map(b -> b.column(name)).toList()));
    }
    Batch.Origin origin = origin(batches.stream().map(Batch::origin).toList());
    return new Batch(origin.rows(), columns, origin);
  }

  private static Batch.Origin origin(List<Batch.Origin> origins) {
    int rows = 0;
    for (Batch.Origin origin : origins) {
      rows = Math.addExact(rows, origin.rows());
      if (!origin.source().equals(origins.get(0).source())) {
        return Batch.Origin.unknown(
            Math.toIntExact(origins.stream().mapToLong(Batch.Origin::rows).sum()));
      }
    }
    long[] records = new long[rows];
    int at = 0;
    for (Batch.Origin origin : origins) {
      System.arraycopy(origin.records(), 0, records, at, origin.rows());
      at += origin.rows();
    }
    return new Batch.Origin(origins.get(0).source(), records);
  }

  private static Array arrays(String name, List<Array> arrays) {
    Array first = arrays.get(0);
    for (Array array : arrays) {
      if (array.dtype() != first.dtype()
          || array.layout() != first.layout()
          || !fits(first, array)) {
        throw new IllegalArgumentException(
            "arrays of different kinds cannot be laid end to end: "
                + first.spec(name)
                + ", "
                + array.spec(name));
      }
    }
    Values values = values(arrays.stream().map(Array::values).toList());
    List<Long> dims = new ArrayList<>(first.dims());
    dims.set(0, arrays.stream().mapToLong(Array::rows).sum());
    return switch (first.layout()) {
      case DENSE -> new Array.Dense(dims, values);
      case RAGGED -> ragged(arrays, values);
      case SPARSE -> sparse(arrays, dims, values);
    };
  }

  /** Whether the dimensions are the same but for the rows; those of sparse arrays may differ. */
  private static boolean fits(Array one, Array two) {
    if (one.dims().size() != two.dims().size()) {
      return false;
    }
    return one.layout() == Layout.SPARSE
        || one.dims()
            .subList(1, one.dims().size())
            .equals(two.dims().subList(1, one.dims().size()));
  }

  private static Array.Ragged ragged(List<Array> arrays, Values values) {
    Array.Ragged first = (Array.Ragged) arrays.get(0);
    List<int[]> splits = new ArrayList<>();
    for (int level = 0; level < first.rowSplits().size(); level++) {
      int length = 1;
      for (Array array : arrays) {
        length = Math.addExact(length, ((Array.Ragged) array).rowSplits().get(level).length - 1);
      }
      int[] joined = new int[length];
      int at = 0;
      for (Array array : arrays) {
        int[] part = ((Array.Ragged) array).rowSplits().get(level);
        int base = joined[at];
        for (int i = 1; i < part.length; i++) {
          joined[++at] = Math.addExact(base, part[i]);
        }
      }
      splits.add(joined);
    }
    return new Array.Ragged(values, splits, first.inner());
  }

  private static Array.Sparse sparse(List<Array> arrays, List<Long> dims, Values values) {
    int rank = dims.size();
    long[] indices = new long[Math.multiplyExact(values.size(), rank)];
    int at = 0;
    long row = 0;
    for (Array array : arrays) {
      Array.Sparse sparse = (Array.Sparse) array;
      for (int i = 0; i < sparse.indices().length; i++) {
        indices[at++] = sparse.indices()[i] + (i % rank == 0 ? row : 0);
      }
      row += sparse.rows();
      for (int dim = 1; dim < rank; dim++) {
        dims.set(dim, Math.max(dims.get(dim), sparse.dims().get(dim)));
      }
    }
    return new Array.Sparse(dims, indices, values);
  }

  private static Values values(List<Values> parts) {
    long bytes = 0;
    int count = 0;
    for (Values part : parts) {
      count = Math.addExact(count, part.size());
      bytes +=
          part instanceof Values.Strings s
              ? s.offsets()[s.size()] - s.offsets()[0]
              : part.byteSize();
    }
    byte[] out = new byte[Math.toIntExact(bytes)];
    int at = 0;
    if (parts.get(0) instanceof Values.Numbers first) {
      for (Values part : parts) {
        byte[] block = ((Values.Numbers) part).bytes();
        System.arraycopy(block, 0, out, at, block.length);
        at += block.length;
      }
      return new Values.Numbers(first.dtype(), out);
    }
    int[] offsets = new int[count + 1];
    int next = 0;
    for (Values part : parts) {
      Values.Strings strings = (Values.Strings) part;
      int from = strings.offsets()[0];
      int length = strings.offsets()[strings.size()] - from;
      System.arraycopy(strings.bytes(), from, out, at, length);
      for (int i = 1; i <= strings.size(); i++) {
        offsets[++next] = at + strings.offsets()[i] - from;
      }
      at += length;
    }
    return new Values.Strings(out, offsets);
  }
}
