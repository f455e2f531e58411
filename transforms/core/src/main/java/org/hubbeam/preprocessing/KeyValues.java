// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.model.TableLines;
import org.hubbeam.plan.Analysis;
import org.hubbeam.plan.TableNode;
import org.hubbeam.reducer.KeyText;
import org.hubbeam.reducer.Reducer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/** Aligns the results for each key with the values of a column. */
final class KeyValues {

  private KeyValues() {}

  /**
   * The results for the key of each value, in the shape of the column's values, or one that
   * TensorFlow broadcasts to it; 0 where the key is not known.
   *
   * @param name what the analysis is called
   * @param perKey gives the keys, then the results; a file holds two
   * @param columns what is analysed: first the values, last the keys
   */
  static <T extends TNumber> List<Operand<T>> align(
      String name, Reducer<?> perKey, List<Column> columns, KeyStorage storage, Class<T> type) {
    Column x = columns.get(0);
    Column key = columns.get(columns.size() - 1);
    check(key);
    return storage.fileName() == null
        ? inGraph(name, perKey, columns, type)
        : inFile(x, key, result(name, perKey, columns, storage.fileName()), type);
  }

  /**
   * Refuses keys that are no strings.
   *
   * @throws IllegalArgumentException naming the type they have
   */
  static void check(Column key) {
    if (key.dtype() != DType.STRING) {
      throw new IllegalArgumentException(
          "a key is a string column, not "
              + key.spec("key").type()
              + ": convert it with as_string(...)");
    }
  }

  private static <T extends TNumber> List<Operand<T>> inGraph(
      String name, Reducer<?> perKey, List<Column> columns, Class<T> type) {
    Column x = columns.get(0);
    List<Statistic> results = Analyzers.reduce(name, perKey, columns);
    Operand<TInt64> numbers =
        TableLookups.places(
            results.get(0), Rows.paired(x, columns.get(columns.size() - 1), TString.class, "key"));
    List<Operand<T>> aligned = new ArrayList<>();
    for (Statistic result : results.subList(1, results.size())) {
      Ops tf = x.tracing().tf();
      Operand<T> values = gathered(Numeric.cast(tf, result.operand(), type), numbers, tf);
      aligned.add(x instanceof Column.Dense ? Numeric.expanded(tf, values, rank(x)) : values);
    }
    return aligned;
  }

  /** Rows of a statistic by number; zeros for the number behind the last. */
  static <T extends TNumber> Operand<T> gathered(
      Operand<T> statistic, Operand<TInt64> numbers, Ops tf) {
    Operand<T> zero = tf.dtypes.cast(tf.constant(0f), statistic.type());
    Operand<T> padded =
        tf.pad(statistic, tf.constant(CellValues.padding(statistic.rank(), 1)), zero);
    return tf.gather(padded, numbers, tf.constant(0));
  }

  private static Tracing.FileResult result(
      String name, Reducer<?> perKey, List<Column> columns, String fileName) {
    Tracing tracing = columns.get(0).tracing();
    VocabularyName vocabulary = tracing.keyFile(fileName, name);
    return tracing.analyzeFile(
        name, new Analysis.KeyFile(perKey, vocabulary.fileName()), columns, vocabulary);
  }

  private static <T extends TNumber> List<Operand<T>> inFile(
      Column x, Column key, Tracing.FileResult file, Class<T> type) {
    Ops tf = x.tracing().tf();
    TableLines lines =
        new TableLines(
            new TableLines.Part(1, DType.STRING), new TableLines.Part(0, DType.STRING), " ");
    Operand<? extends TType> table =
        x.tracing().table(new TableNode.Lines(file.nodeName(), lines), DType.STRING, DType.STRING);
    Operand<TString> asked = Rows.paired(x, key, TString.class, "key");
    for (KeyText.Escape escape : KeyText.ESCAPES) {
      asked = tf.strings.staticRegexReplace(asked, escape.character(), escape.written());
    }
    Operand<TString> found = TableLookups.find(tf, table, asked, tf.constant("0,0"));
    List<Operand<T>> values = new ArrayList<>();
    for (String other : List.of(",.*", ".*,")) {
      Operand<T> value = tf.strings.toNumber(tf.strings.staticRegexReplace(found, other, ""), type);
      values.add(x instanceof Column.Dense ? Numeric.expanded(tf, value, rank(x)) : value);
    }
    return values;
  }

  private static int rank(Column x) {
    if (!x.shape().hasRank()) {
      throw new IllegalArgumentException("results per key need a column of known rank");
    }
    return x.shape().rank();
  }
}
