package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** The smallest and largest float of each slot. */
final class FloatExtremes implements Slots {

  private final DType dtype;
  private final Nan nan;
  private double[] min = {};
  private double[] max = {};

  FloatExtremes(DType dtype, Nan nan) {
    this.dtype = dtype;
    this.nan = nan;
  }

  @Override
  public Slots fresh() {
    return new FloatExtremes(dtype, nan);
  }

  @Override
  public void grow(int size) {
    int before = min.length;
    if (size > before) {
      int length = Encoding.grown(before, size);
      min = Arrays.copyOf(min, length);
      max = Arrays.copyOf(max, length);
      Arrays.fill(min, before, length, Double.POSITIVE_INFINITY);
      Arrays.fill(max, before, length, Double.NEGATIVE_INFINITY);
    }
  }

  @Override
  public void add(Values values, double[] weights, int[] places) {
    double[] x = Numbers.doubles((Values.Numbers) values);
    if (nan == Nan.FINITE) {
      Arrays.setAll(x, i -> Double.isInfinite(x[i]) ? Double.NaN : x[i]);
    }
    if (places == null) {
      addAll(x);
      return;
    }
    for (int i = 0; i < x.length; i++) {
      put(places[i], x[i], x[i]);
    }
  }

  private void addAll(double[] x) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    boolean anyNan = false;
    for (double value : x) {
      low = value < low ? value : low;
      high = value > high ? value : high;
      anyNan |= Double.isNaN(value);
    }
    put(0, low, high);
    if (anyNan) {
      put(0, Double.NaN, Double.NaN);
    }
  }

  private void put(int slot, double low, double high) {
    if (Double.isNaN(low)) {
      if (nan == Nan.PROPAGATE) {
        min[slot] = Double.NaN;
        max[slot] = Double.NaN;
      }
      return;
    }
    min[slot] = low < min[slot] ? low : min[slot];
    max[slot] = high > max[slot] ? high : max[slot];
  }

  @Override
  public void merge(Slots other, int[] places) {
    FloatExtremes from = (FloatExtremes) other;
    for (int i = 0; i < places.length; i++) {
      put(places[i], from.min[i], from.max[i]);
    }
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    double[] low = Arrays.copyOf(min, size);
    double[] high = Arrays.copyOf(max, size);
    for (int i = 0; i < size; i++) {
      if (low[i] > high[i] && empty == Empty.MISSING) {
        low[i] = Double.NaN;
        high[i] = Double.NaN;
      }
    }
    return List.of(Numbers.pack(dtype, low), Numbers.pack(dtype, high));
  }

  @Override
  public void write(DataOutput out, int size) throws IOException {
    Encoding.writeDoubles(out, min, size);
    Encoding.writeDoubles(out, max, size);
  }

  @Override
  public void read(DataInput in, int size) throws IOException {
    min = Encoding.readDoubles(in, size);
    max = Encoding.readDoubles(in, size);
  }
}
