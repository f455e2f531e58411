// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Internal;

/**
 * Rows as the calls of a function take them: all at once; so many at a time, the last call filled
 * up with copies of the last row; or one by one, for functions that take a batch of one or no
 * batch.
 */
@Internal
public final class RowFeeds {

  private final List<Call> calls;
  private final boolean takesAll;

  private RowFeeds(List<Call> calls, boolean takesAll) {
    this.calls = List.copyOf(calls);
    this.takesAll = takesAll;
  }

  /** The calls, in the order of their rows. */
  public List<Call> calls() {
    return calls;
  }

  /** Whether one call takes any number of rows. */
  public boolean takesAll() {
    return takesAll;
  }

  /**
   * A call.
   *
   * @param from its first row
   * @param rows how many rows it is for
   * @param copies how many rows it is filled up with; whatever comes out for them counts for
   *     nothing
   * @param arrays by input
   */
  public record Call(int from, int rows, int copies, Map<String, Array> arrays) {}

  /**
   * The calls for a batch.
   *
   * @param inputs what the function takes, without what a constant or a default fills
   * @param rows columns by the names of inputs, or by what {@link InputNames} takes for them
   * @throws ModuleException when an input has no column, or a column does not fit its input
   */
  public static RowFeeds of(List<ArraySpec> inputs, Batch rows) {
    RowInputs matched = RowInputs.match(inputs, rows);
    for (ArraySpec input : inputs) {
      if (!matched.columns().containsKey(input.name())) {
        throw new ModuleException(
            ModuleException.Kind.MISUSED,
            "there is no column for the input '"
                + input.name()
                + "'; there are "
                + rows.columns().keySet());
      }
    }
    if (matched.oneByOne()) {
      return new RowFeeds(oneByOne(matched, rows.rows()), false);
    }
    int size = matched.fixedRows();
    return size < 0
        ? new RowFeeds(List.of(new Call(0, rows.rows(), 0, matched.columns())), true)
        : new RowFeeds(fixedSize(matched, size, rows.rows()), false);
  }

  private static List<Call> oneByOne(RowInputs inputs, int rows) {
    OneRecord form = OneRecord.of(inputs);
    List<Call> calls = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Map<String, Array> arrays = new LinkedHashMap<>();
      for (Map.Entry<String, Array> input : inputs.columns().entrySet()) {
        arrays.put(input.getKey(), form.input(input.getKey(), input.getValue(), row));
      }
      calls.add(new Call(row, 1, 0, arrays));
    }
    return calls;
  }

  private static List<Call> fixedSize(RowInputs inputs, int size, int rows) {
    List<Call> calls = new ArrayList<>();
    for (int from = 0; from < rows; from += size) {
      int start = from;
      int last = Math.min(rows, from + size) - 1;
      int[] chosen = new int[size];
      Arrays.setAll(chosen, i -> Math.min(start + i, last));
      Map<String, Array> arrays = new LinkedHashMap<>();
      inputs.columns().forEach((name, array) -> arrays.put(name, array.select(chosen)));
      calls.add(new Call(from, last - from + 1, size - (last - from + 1), arrays));
    }
    return calls;
  }
}
