// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;

/**
 * Computes results from columns by way of a mergeable summary. Adding data to several summaries and
 * merging them, in any split and order, gives the same result as adding all data to one.
 *
 * <p>A reducer holds settings only and is thread-safe. A summary is used by one thread at a time.
 *
 * @param <S> the summary
 */
public interface Reducer<S> extends Serializable {

  /** A new, empty summary. */
  S empty();

  /**
   * Adds one batch.
   *
   * @param columns the inputs in their order, for example x, its weights and its key, all with the
   *     same number of rows
   * @throws IllegalArgumentException when a column has a type or shape that the reducer does not
   *     accept
   */
  void add(S summary, List<Array> columns);

  /** Merges {@code other} into {@code into}; {@code other} must not be used afterwards. */
  void merge(S into, S other);

  /** The results in the order of {@link #outputs}. The summary can still be used. */
  List<Array.Dense> finish(S summary);

  /** Writes the summary: a version, then big-endian numbers. */
  void encode(S summary, DataOutput out) throws IOException;

  /**
   * Reads a summary that {@link #encode} of an equal reducer wrote.
   *
   * @throws IOException when the bytes are truncated or of another version
   */
  S decode(DataInput in) throws IOException;

  /** The specifications of the results; -1 for a dimension that depends on the data. */
  List<ArraySpec> outputs();

  /**
   * The name and every setting, for example {@code quantiles(num_buckets=4, epsilon=0.01,
   * axis=whole, dtype=float32)}: summaries of reducers with the same description can be merged.
   */
  String describe();
}
