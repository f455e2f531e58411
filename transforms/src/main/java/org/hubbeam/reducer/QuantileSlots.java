package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** A quantile sketch for each slot that has values. */
final class QuantileSlots implements Slots {

  private final QuantileSketch prototype;
  private final int buckets;
  private QuantileSketch[] sketches = {};

  QuantileSlots(double epsilon, int buckets) {
    this(new QuantileSketch(epsilon), buckets);
  }

  private QuantileSlots(QuantileSketch prototype, int buckets) {
    this.prototype = prototype;
    this.buckets = buckets;
  }

  @Override
  public Slots fresh() {
    return new QuantileSlots(prototype, buckets);
  }

  @Override
  public void grow(int size) {
    if (size > sketches.length) {
      sketches = Arrays.copyOf(sketches, Encoding.grown(sketches.length, size));
    }
  }

  @Override
  public void add(Values values, double[] weights, int[] places) {
    double[] x = Numbers.doubles((Values.Numbers) values);
    for (int i = 0; i < x.length; i++) {
      sketch(places == null ? 0 : places[i]).add(x[i], weights == null ? 1 : weights[i]);
    }
  }

  private QuantileSketch sketch(int slot) {
    if (sketches[slot] == null) {
      sketches[slot] = prototype.fresh();
    }
    return sketches[slot];
  }

  @Override
  public void merge(Slots other, int[] places) {
    QuantileSlots from = (QuantileSlots) other;
    for (int i = 0; i < places.length; i++) {
      if (from.sketches[i] != null) {
        sketch(places[i]).merge(from.sketches[i]);
      }
    }
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    int width = buckets - 1;
    double[] boundaries = new double[Math.multiplyExact(size, width)];
    for (int i = 0; i < size; i++) {
      if (sketches[i] != null) {
        System.arraycopy(sketches[i].boundaries(buckets), 0, boundaries, i * width, width);
      }
    }
    return List.of(Numbers.pack(DType.FLOAT32, boundaries));
  }

  @Override
  public void write(DataOutput out, int size) throws IOException {
    for (int i = 0; i < size; i++) {
      out.writeBoolean(sketches[i] != null);
      if (sketches[i] != null) {
        sketches[i].write(out);
      }
    }
  }

  @Override
  public void read(DataInput in, int size) throws IOException {
    for (int i = 0; i < size; i++) {
      grow(i + 1);
      if (in.readBoolean()) {
        sketch(i).read(in);
      }
    }
  }
}
