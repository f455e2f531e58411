package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** The smallest and largest integer of each slot. */
final class IntegerExtremes implements Slots {

  private final DType dtype;
  private final long highest;
  private final long lowest;
  private long[] min = {};
  private long[] max = {};

  IntegerExtremes(DType dtype) {
    this.dtype = dtype;
    this.highest = Numbers.largest(dtype);
    this.lowest = Numbers.isUnsigned(dtype) ? 0 : -highest;
  }

  @Override
  public Slots fresh() {
    return new IntegerExtremes(dtype);
  }

  @Override
  public void grow(int size) {
    int before = min.length;
    if (size > before) {
      int length = Encoding.grown(before, size);
      min = Arrays.copyOf(min, length);
      max = Arrays.copyOf(max, length);
      Arrays.fill(min, before, length, Long.MAX_VALUE);
      Arrays.fill(max, before, length, Long.MIN_VALUE);
    }
  }

  @Override
  public void add(Values values, double[] weights, int[] places) {
    long[] x = Numbers.longs((Values.Numbers) values);
    if (places == null) {
      long low = Long.MAX_VALUE;
      long high = Long.MIN_VALUE;
      for (long value : x) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      put(0, low, high);
      return;
    }
    for (int i = 0; i < x.length; i++) {
      put(places[i], x[i], x[i]);
    }
  }

  private void put(int slot, long low, long high) {
    min[slot] = Math.min(min[slot], low);
    max[slot] = Math.max(max[slot], high);
  }

  @Override
  public void merge(Slots other, int[] places) {
    IntegerExtremes from = (IntegerExtremes) other;
    for (int i = 0; i < places.length; i++) {
      put(places[i], from.min[i], from.max[i]);
    }
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    long[] low = Arrays.copyOf(min, size);
    long[] high = Arrays.copyOf(max, size);
    for (int i = 0; i < size; i++) {
      if (low[i] > high[i]) {
        low[i] = highest;
        high[i] = lowest;
      }
    }
    return List.of(Numbers.pack(dtype, low), Numbers.pack(dtype, high));
  }

  @Override
  public void write(DataOutput out, int size) throws IOException {
    Encoding.writeLongs(out, min, size);
    Encoding.writeLongs(out, max, size);
  }

  @Override
  public void read(DataInput in, int size) throws IOException {
    min = Encoding.readLongs(in, size);
    max = Encoding.readLongs(in, size);
  }
}
