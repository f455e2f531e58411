package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** The sum of the floats of each slot, added up as doubles. */
final class FloatSums implements Slots {

  private final DType result;
  private double[] sums = {};

  FloatSums(DType result) {
    this.result = result;
  }

  @Override
  public Slots fresh() {
    return new FloatSums(result);
  }

  @Override
  public void grow(int size) {
    if (size > sums.length) {
      sums = Arrays.copyOf(sums, Encoding.grown(sums.length, size));
    }
  }

  @Override
  public void add(Values values, double[] weights, int[] places) {
    double[] x = Numbers.doubles((Values.Numbers) values);
    if (places == null) {
      sums[0] += Numbers.sum(x);
      return;
    }
    for (int i = 0; i < x.length; i++) {
      sums[places[i]] += x[i];
    }
  }

  @Override
  public void merge(Slots other, int[] places) {
    double[] from = ((FloatSums) other).sums;
    for (int i = 0; i < places.length; i++) {
      sums[places[i]] += from[i];
    }
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    return List.of(Numbers.pack(result, Arrays.copyOf(sums, size)));
  }

  @Override
  public void write(DataOutput out, int size) throws IOException {
    Encoding.writeDoubles(out, sums, size);
  }

  @Override
  public void read(DataInput in, int size) throws IOException {
    sums = Encoding.readDoubles(in, size);
  }
}
