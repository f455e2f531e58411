package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;

/**
 * A mergeable summary of columns: what is added to several summaries and merged, in any split and
 * any order, gives the same result as what is added to one.
 *
 * <p>A reducer is only its settings: threads may share it. A summary belongs to one thread at a
 * time.
 *
 * @param <S> the summary
 */
public interface Reducer<S> extends Serializable {

  /** A new summary of nothing. */
  S empty();

  /**
   * Adds one batch.
   *
   * @param columns the inputs in their order, for example x, then its weights, then its key, all
   *     with the same number of rows
   * @throws IllegalArgumentException when a column is not what the reducer is for, naming both
   */
  void add(S summary, List<Array> columns);

  /** Adds what {@code other} has to {@code into}; {@code other} is not to be used afterwards. */
  void merge(S into, S other);

  /** The results in their order; the summary can be used further. */
  List<Array.Dense> finish(S summary);

  /** Writes the summary: a version, then big-endian numbers, the same in any language. */
  void encode(S summary, DataOutput out) throws IOException;

  /**
   * The summary that {@link #encode} of an equal reducer wrote.
   *
   * @throws IOException when the bytes are cut off or of another version
   */
  S decode(DataInput in) throws IOException;

  /** What {@link #finish} gives; a dimension is -1 where only the data tell it. */
  List<ArraySpec> outputs();

  /**
   * The name and every setting, for example {@code quantiles(num_buckets=4, epsilon=0.01,
   * axis=whole, dtype=float32)}: reducers with the same description can merge their summaries.
   */
  String describe();
}
