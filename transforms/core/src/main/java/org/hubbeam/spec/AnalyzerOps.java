// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.preprocessing.Analyzers;
import org.hubbeam.preprocessing.Analyzers.Over;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Statistic;

/** Full passes over the data. */
final class AnalyzerOps {

  private static final String SIMPLE = "x, reduce_instance_dims=True, name=None";

  private AnalyzerOps() {}

  static void register(Operations operations) {
    operations.add(
        "min",
        SIMPLE,
        "Computes the minimum over all rows; with `reduce_instance_dims=False` at each position of"
            + " a row.",
        a -> simple(a, Analyzers::min));
    operations.add(
        "max",
        SIMPLE,
        "Computes the maximum over all rows; with `reduce_instance_dims=False` at each position of"
            + " a row.",
        a -> simple(a, Analyzers::max));
    operations.add(
        "sum",
        SIMPLE,
        "Computes the sum over all rows; with `reduce_instance_dims=False` at each position of a"
            + " row.",
        a -> simple(a, Analyzers::sum));
    operations.add(
        "size",
        SIMPLE,
        "Counts the values of all rows; with `reduce_instance_dims=False` at each position of a"
            + " row.",
        a -> simple(a, Analyzers::size));
    operations.add(
        "mean",
        SIMPLE + ", output_dtype=None",
        "Computes the mean over all rows; with `reduce_instance_dims=False` at each position of a"
            + " row.",
        a -> Value.of(AnalyzerOps.<Statistic>typed(a, Analyzers::mean, Analyzers::mean)));
    operations.add(
        "var",
        SIMPLE + ", output_dtype=None",
        "Computes the variance over all rows, divided by n; with `reduce_instance_dims=False` at"
            + " each position of a row.",
        a -> Value.of(AnalyzerOps.<Statistic>typed(a, Analyzers::var, Analyzers::var)));
    tukey(operations);
    operations.add(
        "covariance",
        "x, dtype, name=None",
        "Computes the covariance matrix of vectors.",
        a -> Value.of(Analyzers.covariance(a.column("x"), a.dtype("dtype"))));
    operations.add(
        "pca",
        "x, output_dim, dtype, name=None",
        "Computes the matrix that projects vectors onto their first `output_dim` principal"
            + " components.",
        a -> Value.of(Analyzers.pca(a.column("x"), a.small("output_dim"), a.dtype("dtype"))));
    operations.add(
        "count_per_key",
        "key, key_vocabulary_filename=None, name=None",
        "Counts the rows of each key; the results are the keys and the counts, or a vocabulary file"
            + " if `key_vocabulary_filename` is given.",
        AnalyzerOps::counted);
    operations.add(
        "null_count",
        "x",
        "Counts missing values.",
        a -> Value.of(Analyzers.nullCount(a.column("x"))));
    operations.add(
        "nan_count", "x", "Counts NaN values.", a -> Value.of(Analyzers.nanCount(a.column("x"))));
  }

  private static void tukey(Operations operations) {
    String signature = "x, reduce_instance_dims=True, output_dtype=None, name=None";
    operations.add(
        "tukey_location",
        signature,
        "Computes the location of the Tukey HH distribution fitted to the data.",
        a ->
            Value.of(
                AnalyzerOps.<Statistic>typed(
                    a, Analyzers::tukeyLocation, Analyzers::tukeyLocation)));
    operations.add(
        "tukey_scale",
        signature,
        "Computes the scale of the Tukey HH distribution fitted to the data.",
        a ->
            Value.of(
                AnalyzerOps.<Statistic>typed(a, Analyzers::tukeyScale, Analyzers::tukeyScale)));
    operations.add(
        "tukey_h_params",
        signature,
        "Computes the left and the right h parameter of the Tukey HH distribution fitted to the"
            + " data; `item(..., 0)` selects one.",
        a ->
            Value.ofParts(
                AnalyzerOps.<List<Statistic>>typed(
                    a, Analyzers::tukeyHParams, Analyzers::tukeyHParams)));
  }

  private interface Simple<T> {
    T of(Column x, Over over);
  }

  private interface Typed<T> {
    T of(Column x, Over over, DType outputDtype);
  }

  private static Value simple(Arguments a, Simple<Statistic> analyzer) {
    return Value.of(analyzer.of(a.column("x"), over(a)));
  }

  private static <T> T typed(Arguments a, Simple<T> plain, Typed<T> typed) {
    return a.has("output_dtype")
        ? typed.of(a.column("x"), over(a), a.dtype("output_dtype"))
        : plain.of(a.column("x"), over(a));
  }

  private static Value counted(Arguments a) {
    return a.has("key_vocabulary_filename")
        ? Value.of(Analyzers.countPerKey(a.column("key"), a.text("key_vocabulary_filename")))
        : Value.ofParts(Analyzers.countPerKey(a.column("key")));
  }

  static Over over(Arguments a) {
    return a.flag("reduce_instance_dims") ? Over.ALL : Over.CELLS;
  }
}
