package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** The sum of the integers of each slot, or how many values it has. */
final class IntegerSums implements Slots {

  /** What is added up. */
  enum Of {
    VALUES,
    /** A 1 for every value, whatever it is. */
    ONES
  }

  private final DType result;
  private final Of of;
  private long[] sums = {};

  IntegerSums(DType result, Of of) {
    this.result = result;
    this.of = of;
  }

  @Override
  public Slots fresh() {
    return new IntegerSums(result, of);
  }

  @Override
  public void grow(int size) {
    if (size > sums.length) {
      sums = Arrays.copyOf(sums, Encoding.grown(sums.length, size));
    }
  }

  @Override
  public void add(Values values, double[] weights, int[] places) {
    if (of == Of.ONES) {
      addSizes(values.size(), places);
      return;
    }
    long[] x = Numbers.longs((Values.Numbers) values);
    if (places == null) {
      long sum = 0;
      for (long value : x) {
        sum += value;
      }
      sums[0] += sum;
      return;
    }
    for (int i = 0; i < x.length; i++) {
      sums[places[i]] += x[i];
    }
  }

  private void addSizes(int size, int[] places) {
    if (places == null) {
      sums[0] += size;
      return;
    }
    for (int place : places) {
      sums[place]++;
    }
  }

  @Override
  public void merge(Slots other, int[] places) {
    long[] from = ((IntegerSums) other).sums;
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
    Encoding.writeLongs(out, sums, size);
  }

  @Override
  public void read(DataInput in, int size) throws IOException {
    sums = Encoding.readLongs(in, size);
  }
}
