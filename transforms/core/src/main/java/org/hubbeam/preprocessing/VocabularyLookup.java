package org.hubbeam.preprocessing;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/**
 * A way of one's own to find the ids of values in a vocabulary. It adds operations to the function
 * that is traced; no operation may depend on other rows of the batch.
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
   * @param values of the column, strings or integers: of a dense one in its shape, of the others
   *     those that are there, one after another
   * @param path of the vocabulary's file on the machine that runs the function, a scalar
   */
  Result find(Ops tf, Operand<?> values, Operand<TString> path);

  /**
   * What was found.
   *
   * @param ids one for each value, in its shape
   * @param tableSize one more than the greatest id, buckets of unknown values included; a scalar
   *     that needs the file at most
   */
  record Result(Operand<TInt64> ids, Operand<TInt64> tableSize) {}
}
