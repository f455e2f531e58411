// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** A quantile sketch for each slot that has values. */
abstract class SketchSlots implements Slots {

  private final QuantileSketch prototype;
  private QuantileSketch[] sketches = {};

  SketchSlots(QuantileSketch prototype) {
    this.prototype = prototype;
  }

  final QuantileSketch prototype() {
    return prototype;
  }

  /** The sketch of a slot; null where it has no value. */
  final @Nullable QuantileSketch at(int slot) {
    return sketches[slot];
  }

  @Override
  public final void grow(int size) {
    if (size > sketches.length) {
      sketches = Arrays.copyOf(sketches, Encoding.grown(sketches.length, size));
    }
  }

  @Override
  public final void add(Values values, double @Nullable [] weights, int @Nullable [] places) {
    double[] x = NumberArrays.doubles((Values.Numbers) values);
    for (int i = 0; i < x.length; i++) {
      if (admits(x[i])) {
        sketch(places == null ? 0 : places[i]).add(x[i], weights == null ? 1 : weights[i]);
      }
    }
  }

  /** Whether a value takes part. */
  abstract boolean admits(double value);

  private QuantileSketch sketch(int slot) {
    if (sketches[slot] == null) {
      sketches[slot] = prototype.fresh();
    }
    return sketches[slot];
  }

  @Override
  public final void merge(Slots other, int[] places) {
    SketchSlots from = (SketchSlots) other;
    for (int i = 0; i < places.length; i++) {
      if (from.sketches[i] != null) {
        sketch(places[i]).merge(from.sketches[i]);
      }
    }
  }

  @Override
  public final void write(DataOutput out, int size) throws IOException {
    for (int i = 0; i < size; i++) {
      out.writeBoolean(sketches[i] != null);
      if (sketches[i] != null) {
        sketches[i].write(out);
      }
    }
  }

  @Override
  public final void read(DataInput in, int size) throws IOException {
    for (int i = 0; i < size; i++) {
      grow(i + 1);
      if (in.readBoolean()) {
        sketch(i).read(in);
      }
    }
  }
}
