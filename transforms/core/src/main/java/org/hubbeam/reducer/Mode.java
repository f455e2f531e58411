// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
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
 * The most frequent value; of equally frequent ones the smallest, strings by their bytes. Input: x,
 * strings or numbers of any layout. Results, scalars: mode, of its type, and count, int64, how
 * often it is there.
 *
 * <p>NaN is ignored. If there is no value, the mode is 0 or the empty string, and the count is 0.
 * Exact up to {@value #CAPACITY} different values; beyond that, a value that occurs more often than
 * one in {@value #CAPACITY} is not missed, and the count is an upper bound.
 */
@Internal
public record Mode(DType dtype) implements SummaryReducer<FrequentItems> {

  private static final int CAPACITY = 65536;

  @Override
  public FrequentItems empty() {
    return new FrequentItems(CAPACITY);
  }

  @Override
  public void add(FrequentItems summary, List<Array> columns) {
    Values values = ReducerInputs.only(columns, dtype, "mode").values();
    if (values instanceof Values.Strings strings) {
      for (int i = 0; i < strings.size(); i++) {
        summary.add(strings.bytes(), strings.offsets()[i], strings.offsets()[i + 1], 1);
      }
      return;
    }
    Values.Numbers numbers = (Values.Numbers) values;
    byte[] zero = new byte[dtype.bytes()];
    for (int i = 0; i < numbers.size(); i++) {
      double number = dtype.isFloating() ? numbers.getDouble(i) : 1;
      int from = i * dtype.bytes();
      if (number == 0) {
        summary.add(zero, 0, zero.length, 1);
      } else if (!Double.isNaN(number)) {
        summary.add(numbers.bytes(), from, from + dtype.bytes(), 1);
      }
    }
  }

  @Override
  public List<Array.Dense> finish(FrequentItems summary) {
    FrequentItems items = summary.compressed();
    byte[] best = new byte[dtype.bytes()];
    double most = 0;
    for (int key = 0; key < items.keys().size(); key++) {
      byte[] value = items.keys().get(key);
      double count = items.count(key);
      if (count > most || (count == most && isSmaller(value, best))) {
        best = value;
        most = count;
      }
    }
    long count = (long) (most + (most > 0 ? items.slack() : 0));
    return List.of(Array.Dense.scalar(value(best)), Array.Dense.scalar(Values.of(count)));
  }

  private Values value(byte[] bytes) {
    return dtype == DType.STRING
        ? Values.ofBytes(List.of(bytes))
        : new Values.Numbers(dtype, bytes);
  }

  private boolean isSmaller(byte[] one, byte[] two) {
    if (dtype == DType.STRING) {
      return Arrays.compareUnsigned(one, two) < 0;
    }
    Values.Numbers a = new Values.Numbers(dtype, one);
    Values.Numbers b = new Values.Numbers(dtype, two);
    if (dtype.isFloating()) {
      return a.getDouble(0) < b.getDouble(0);
    }
    return dtype == DType.UINT64
        ? Long.compareUnsigned(a.getLong(0), b.getLong(0)) < 0
        : a.getLong(0) < b.getLong(0);
  }

  @Override
  public FrequentItems read(DataInput in) throws IOException {
    return FrequentItems.read(in, CAPACITY);
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(
        new ArraySpec("mode", dtype, Shape.of(), Layout.DENSE),
        new ArraySpec("count", DType.INT64, Shape.of(), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "mode(dtype=" + dtype + ")";
  }
}
