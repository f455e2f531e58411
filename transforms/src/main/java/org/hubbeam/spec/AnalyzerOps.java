package org.hubbeam.spec;

import org.hubbeam.preprocessing.Analyzers;
import org.hubbeam.preprocessing.Analyzers.Over;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Statistic;

/** Full passes over the data. */
final class AnalyzerOps {

  private static final String SIMPLE = "x, reduce_instance_dims?, name?";

  private AnalyzerOps() {}

  static void register(Operations operations) {
    operations.add("min", SIMPLE, a -> simple(a, Analyzers::min));
    operations.add("max", SIMPLE, a -> simple(a, Analyzers::max));
    operations.add("sum", SIMPLE, a -> simple(a, Analyzers::sum));
    operations.add("size", SIMPLE, a -> simple(a, Analyzers::size));
    operations.add("mean", SIMPLE + ", output_dtype?", AnalyzerOps::mean);
    operations.add("var", SIMPLE + ", output_dtype?", AnalyzerOps::var);
  }

  private interface Simple {
    Statistic of(Column x, Over over);
  }

  private static Value simple(Arguments a, Simple analyzer) {
    return Value.of(analyzer.of(a.column("x"), over(a)));
  }

  private static Value mean(Arguments a) {
    return Value.of(
        a.has("output_dtype")
            ? Analyzers.mean(a.column("x"), over(a), a.dtype("output_dtype"))
            : Analyzers.mean(a.column("x"), over(a)));
  }

  private static Value var(Arguments a) {
    return Value.of(
        a.has("output_dtype")
            ? Analyzers.var(a.column("x"), over(a), a.dtype("output_dtype"))
            : Analyzers.var(a.column("x"), over(a)));
  }

  static Over over(Arguments a) {
    return a.flag("reduce_instance_dims", true) ? Over.ALL : Over.CELLS;
  }
}
