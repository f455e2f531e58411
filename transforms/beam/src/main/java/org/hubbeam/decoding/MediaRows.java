// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.Limits;

/**
 * Gathers what is decoded from the rows of one batch, and puts out a batch whenever the limits are
 * reached. For one thread.
 *
 * @param <M> what is decoded
 */
abstract class MediaRows<M> {
  private final Limits limits;
  private final Batch staying;
  private final OutputReceiver<Batch> out;
  private final List<M> decoded = new ArrayList<>();
  private final List<Integer> rows = new ArrayList<>();
  private long bytes;

  /**
   * For the rows of one batch.
   *
   * @param staying the columns of the batch that stay
   */
  MediaRows(Limits limits, Batch staying, OutputReceiver<Batch> out) {
    this.limits = limits;
    this.staying = staying;
    this.out = out;
  }

  /** The bytes that a value takes in its column. */
  abstract long byteSize(M value);

  /** Whether two values can be in one batch. */
  abstract boolean fit(M first, M other);

  /** Adds the columns of the decoded values, one for each row. */
  abstract Batch withColumns(Batch batch, List<M> values);

  /** Adds a value decoded from a row; may put out the rows before it, or those up to it. */
  void add(int row, M value) {
    long more = byteSize(value);
    boolean full =
        decoded.size() >= limits.rows()
            || bytes + more > Math.min(limits.bytes(), Integer.MAX_VALUE - 16);
    if (!decoded.isEmpty() && (full || !fit(decoded.get(0), value))) {
      flush();
    }
    decoded.add(value);
    rows.add(row);
    bytes += more;
    if (bytes >= limits.bytes()) {
      flush();
    }
  }

  /** Puts out the rows that are left. */
  void flush() {
    if (decoded.isEmpty()) {
      return;
    }
    Batch selected = staying.select(rows.stream().mapToInt(Integer::intValue).toArray());
    out.output(withColumns(selected, decoded));
    decoded.clear();
    rows.clear();
    bytes = 0;
  }

  /** A float32 column of times. */
  static <M> Array.Dense seconds(List<M> values, ToDoubleFunction<M> time) {
    float[] seconds = new float[values.size()];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = (float) time.applyAsDouble(values.get(i));
    }
    return Array.Dense.vector(Values.of(seconds));
  }
}
