// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * The number of occurrences of each value. Input: key, strings or integers. Results: keys, of its
 * type, and counts, int64; ordered by the bytes of strings, or of the decimal text of integers (-3,
 * 10, 2).
 */
@Internal
public record CountPerKey(DType dtype) implements SummaryReducer<CountPerKey.Counts> {

  /**
   * Counts.
   *
   * @throws IllegalArgumentException for floats, bool and uint64
   */
  public CountPerKey {
    ValueBytes.check(dtype, "keys");
  }

  /** What was counted so far. */
  public static final class Counts implements Summary<Counts> {
    private KeyTable keys = new KeyTable();
    private long[] counts = new long[16];

    private void add(int key, long count) {
      if (key >= counts.length) {
        counts = Arrays.copyOf(counts, Encoding.grown(counts.length, key + 1));
      }
      counts[key] += count;
    }

    @Override
    public void merge(Counts other) {
      int[] numbers = keys.putAll(other.keys);
      for (int i = 0; i < numbers.length; i++) {
        add(numbers[i], other.counts[i]);
      }
    }

    @Override
    public void write(DataOutput out) throws IOException {
      keys.write(out);
      Encoding.writeLongs(out, counts, keys.size());
    }
  }

  @Override
  public Counts empty() {
    return new Counts();
  }

  @Override
  public void add(Counts summary, List<Array> columns) {
    Array key = ReducerInputs.only(columns, dtype, "count_per_key");
    ValueBytes texts = ValueBytes.of(key, "keys");
    for (int i = 0; i < key.values().size(); i++) {
      texts.at(i);
      summary.add(summary.keys.put(texts.block(), texts.from(), texts.to()), 1);
    }
  }

  @Override
  public List<Array.Dense> finish(Counts summary) {
    int[] order = summary.keys.sorted();
    long[] counts = new long[order.length];
    Arrays.setAll(counts, i -> summary.counts[order[i]]);
    return List.of(
        Array.Dense.vector(keys(summary.keys, order)), Array.Dense.vector(Values.of(counts)));
  }

  private Values keys(KeyTable keys, int[] order) {
    if (dtype == DType.STRING) {
      return keys.strings(order);
    }
    long[] numbers = new long[order.length];
    Arrays.setAll(
        numbers, i -> ValueBytes.number(keys.bytes(), keys.start(order[i]), keys.end(order[i])));
    return NumberArrays.pack(dtype, numbers);
  }

  @Override
  public Counts read(DataInput in) throws IOException {
    Counts summary = new Counts();
    summary.keys = KeyTable.read(in);
    summary.counts = Encoding.readLongs(in, summary.keys.size());
    return summary;
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(
        new ArraySpec("keys", dtype, Shape.of(-1), Layout.DENSE),
        new ArraySpec("counts", DType.INT64, Shape.of(-1), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "count_per_key(dtype=" + dtype + ")";
  }
}
