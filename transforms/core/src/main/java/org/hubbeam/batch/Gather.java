// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Picks rows out of arrays. */
final class Gather {

  private Gather() {}

  /** The runs {@code starts[i]} to {@code ends[i]} of values, one behind the other. */
  static Values runs(Values values, int[] starts, int[] ends) {
    int count = 0;
    for (int i = 0; i < starts.length; i++) {
      count += ends[i] - starts[i];
    }
    if (values instanceof Values.Numbers numbers) {
      int width = numbers.dtype().bytes();
      byte[] out = new byte[count * width];
      int at = 0;
      for (int i = 0; i < starts.length; i++) {
        int length = (ends[i] - starts[i]) * width;
        System.arraycopy(numbers.bytes(), starts[i] * width, out, at, length);
        at += length;
      }
      return new Values.Numbers(numbers.dtype(), out);
    }
    Values.Strings strings = (Values.Strings) values;
    int[] offsets = new int[count + 1];
    int next = 0;
    for (int i = 0; i < starts.length; i++) {
      for (int v = starts[i]; v < ends[i]; v++) {
        offsets[next + 1] = Math.addExact(offsets[next], strings.length(v));
        next++;
      }
    }
    byte[] out = new byte[offsets[count]];
    int at = 0;
    for (int i = 0; i < starts.length; i++) {
      int from = strings.offsets()[starts[i]];
      int length = strings.offsets()[ends[i]] - from;
      System.arraycopy(strings.bytes(), from, out, at, length);
      at += length;
    }
    return new Values.Strings(out, offsets);
  }

  static Array.Ragged rows(Array.Ragged ragged, int[] rows) {
    int[] starts = rows.clone();
    int[] ends = new int[rows.length];
    Arrays.setAll(ends, i -> rows[i] + 1);
    List<int[]> splits = new ArrayList<>();
    for (int[] level : ragged.rowSplits()) {
      int length = 0;
      for (int i = 0; i < starts.length; i++) {
        length += ends[i] - starts[i];
      }
      int[] cut = new int[length + 1];
      int next = 0;
      for (int i = 0; i < starts.length; i++) {
        for (int r = starts[i]; r < ends[i]; r++) {
          cut[next + 1] = cut[next] + level[r + 1] - level[r];
          next++;
        }
        starts[i] = level[starts[i]];
        ends[i] = level[ends[i]];
      }
      splits.add(cut);
    }
    int width = ragged.innerSize();
    for (int i = 0; i < starts.length; i++) {
      starts[i] *= width;
      ends[i] *= width;
    }
    return new Array.Ragged(runs(ragged.values(), starts, ends), splits, ragged.inner());
  }

  static Array.Sparse rows(Array.Sparse sparse, int[] rows) {
    int rank = sparse.dims().size();
    int count = sparse.values().size();
    int[] first = new int[Math.toIntExact(sparse.dims().get(0)) + 1];
    for (int i = 0; i < count; i++) {
      first[Math.toIntExact(sparse.indices()[i * rank]) + 1]++;
    }
    for (int i = 1; i < first.length; i++) {
      first[i] += first[i - 1];
    }
    int[] byRow = new int[count];
    int[] next = first.clone();
    for (int i = 0; i < count; i++) {
      byRow[next[Math.toIntExact(sparse.indices()[i * rank])]++] = i;
    }
    int kept = 0;
    for (int row : rows) {
      kept += first[row + 1] - first[row];
    }
    int[] starts = new int[kept];
    long[] indices = new long[kept * rank];
    int at = 0;
    for (int r = 0; r < rows.length; r++) {
      for (int i = first[rows[r]]; i < first[rows[r] + 1]; i++) {
        starts[at] = byRow[i];
        System.arraycopy(sparse.indices(), byRow[i] * rank, indices, at * rank, rank);
        indices[at * rank] = r;
        at++;
      }
    }
    int[] ends = new int[kept];
    Arrays.setAll(ends, i -> starts[i] + 1);
    List<Long> dims = new ArrayList<>(sparse.dims());
    dims.set(0, (long) rows.length);
    return new Array.Sparse(dims, indices, runs(sparse.values(), starts, ends));
  }
}
