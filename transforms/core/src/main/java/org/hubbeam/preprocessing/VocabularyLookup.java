// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/**
 * A custom lookup of the ids of values in a vocabulary. It adds operations to the function while it
 * is traced. No operation may depend on other rows of the batch.
 *
 * <pre>{@code
 * VocabularyLookup ignoringCase =
 *     (tf, values, path) -> {
 *       var table = tf.hashTable(TString.class, TInt64.class);
 *       var filled = tf.initializeTableFromTextFile(table, path, -2L, -1L);
 *       Ops after = tf.withControlDependencyOps(filled.op());
 *       var lower = after.strings.lower(values.asOutput().expect(TString.class));
 *       return new VocabularyLookup.Result(
 *           after.lookupTableFind(table, lower, tf.constant(-1L)), after.lookupTableSize(table));
 *     };
 * }</pre>
 */
@FunctionalInterface
public interface VocabularyLookup {

  /**
   * Adds the operations.
   *
   * @param values the values of the column, strings or integers: of a dense column in its shape, of
   *     a sparse or ragged column a vector of the values that are present
   * @param path a scalar: the path of the vocabulary's file on the machine that runs the function
   */
  Result find(Ops tf, Operand<?> values, Operand<TString> path);

  /**
   * The result of a lookup.
   *
   * @param ids one id for each value, in the same shape
   * @param tableSize a scalar: the largest id plus one, including buckets of unknown values; it may
   *     depend on the file only
   */
  record Result(Operand<TInt64> ids, Operand<TInt64> tableSize) {}
}
