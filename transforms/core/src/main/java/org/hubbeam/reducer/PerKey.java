// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/**
 * Another reducer's results for the values of each key. Inputs: those of the other, then the keys:
 * strings or integers, built as the values are or one for each row. Results: key, strings ordered
 * by their bytes (integers as decimal text), then those of the other with the keys as their first
 * dimension.
 *
 * <p>Keys without values are left out. All keys are held in memory.
 */
@Internal
public final class PerKey extends DescribedReducer<KeyedSummary> {

  private final CellReducer each;

  /**
   * Results per key.
   *
   * @throws IllegalArgumentException when results are for each cell of rows whose shape is not
   *     fixed
   */
  public PerKey(CellReducer each) {
    if (!each.axis().isWhole() && !each.axis().row().isFull()) {
      throw new IllegalArgumentException(
          "results per key and cell need rows of a fixed shape, not " + each.axis().row());
    }
    this.each = each;
  }

  @Override
  public KeyedSummary empty() {
    return new KeyedSummary(new KeyTable(), each.slots(), Grid.of(each.axis()).cells());
  }

  @Override
  public void add(KeyedSummary summary, List<Array> columns) {
    int inputs = each.inputs();
    ReducerInputs.count(columns, inputs + 1, each.name() + " per key");
    Array x = ReducerInputs.first(columns, each.dtype(), each.name());
    Array key = columns.get(inputs);
    int[] places = places(summary, x, key);
    summary.slots().grow(summary.size());
    summary.slots().add(x.values(), each.weights(columns), places);
  }

  private int[] places(KeyedSummary summary, Array x, Array key) {
    int[] cells = null;
    if (!each.axis().isWhole()) {
      Grid grid = Grid.of(x, each.axis());
      if (!(x instanceof Array.Dense)) {
        throw new IllegalArgumentException(
            "results per key and cell are for dense columns, not for " + x.spec("x").type());
      }
      cells = grid.places(x, grid);
    }
    ValueBytes texts = ValueBytes.of(key, "keys");
    int[] pairs = Pairing.indices(x, key, "key");
    int[] numbers = new int[key.values().size()];
    Arrays.fill(numbers, -1);
    int[] places = new int[x.values().size()];
    for (int i = 0; i < places.length; i++) {
      int pair = pairs == null ? i : pairs[i];
      if (numbers[pair] < 0) {
        texts.at(pair);
        numbers[pair] = summary.keys().put(texts.block(), texts.from(), texts.to());
      }
      places[i] = numbers[pair] * summary.cells() + (cells == null ? 0 : cells[i]);
    }
    return places;
  }

  @Override
  public List<Array.Dense> finish(KeyedSummary summary) {
    int[] order = summary.keys().sorted();
    List<Long> dims = new ArrayList<>();
    dims.add((long) order.length);
    Grid.of(each.axis()).dims().forEach(d -> dims.add((long) d));
    List<Array.Dense> results = new ArrayList<>();
    results.add(Array.Dense.vector(summary.keys().strings(order)));
    results.addAll(each.results(summary.ordered(order), summary.size(), dims, Slots.Empty.NEUTRAL));
    return List.copyOf(results);
  }

  @Override
  public KeyedSummary read(DataInput in) throws IOException {
    return KeyedSummary.read(in, each.slots(), Grid.of(each.axis()).cells());
  }

  @Override
  public List<ArraySpec> outputs() {
    List<ArraySpec> outputs = new ArrayList<>();
    outputs.add(new ArraySpec("key", DType.STRING, Shape.of(-1), Layout.DENSE));
    for (ArraySpec output : each.outputs()) {
      List<Long> dims = new ArrayList<>();
      dims.add(-1L);
      if (!each.axis().isWhole()) {
        dims.addAll(each.axis().row().dims());
      }
      dims.addAll(each.inner());
      outputs.add(new ArraySpec(output.name(), output.dtype(), new Shape(dims), output.layout()));
    }
    return List.copyOf(outputs);
  }

  @Override
  public String describe() {
    return "per_key(" + each.describe() + ")";
  }
}
