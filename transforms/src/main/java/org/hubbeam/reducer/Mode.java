package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * The most frequent value. Input: x, strings or integers. Result: mode, of its type, a scalar; of
 * several the first in the order of {@link CountPerKey}. Over nothing an empty string, or 0.
 */
public record Mode(CountPerKey elements) implements Reducer<CountPerKey.Counts> {

  /**
   * The mode of values of this type.
   *
   * @throws IllegalArgumentException for floats, bool and uint64
   */
  public Mode(DType dtype) {
    this(new CountPerKey(dtype));
  }

  @Override
  public CountPerKey.Counts empty() {
    return elements.empty();
  }

  @Override
  public void add(CountPerKey.Counts summary, List<Array> columns) {
    elements.add(summary, columns);
  }

  @Override
  public void merge(CountPerKey.Counts into, CountPerKey.Counts other) {
    elements.merge(into, other);
  }

  @Override
  public List<Array.Dense> finish(CountPerKey.Counts summary) {
    List<Array.Dense> results = elements.finish(summary);
    Values.Numbers counts = (Values.Numbers) results.get(1).values();
    if (counts.size() == 0) {
      return List.of(Array.Dense.scalar(none()));
    }
    int most = 0;
    for (int i = 1; i < counts.size(); i++) {
      if (counts.getLong(i) > counts.getLong(most)) {
        most = i;
      }
    }
    return List.of(Array.Dense.scalar(results.get(0).values().slice(most, most + 1)));
  }

  private Values none() {
    DType dtype = elements.dtype();
    return dtype == DType.STRING
        ? Values.of("")
        : new Values.Numbers(dtype, new byte[dtype.bytes()]);
  }

  @Override
  public void encode(CountPerKey.Counts summary, DataOutput out) throws IOException {
    elements.encode(summary, out);
  }

  @Override
  public CountPerKey.Counts decode(DataInput in) throws IOException {
    return elements.decode(in);
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(new ArraySpec("mode", elements.dtype(), Shape.of(), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "mode(dtype=" + elements.dtype() + ")";
  }
}
