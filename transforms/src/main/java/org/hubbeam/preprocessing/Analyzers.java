package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.plan.Analysis;
import org.hubbeam.reducer.Axis;
import org.hubbeam.reducer.Extremes;
import org.hubbeam.reducer.Moments;
import org.hubbeam.reducer.Reducer;
import org.hubbeam.reducer.Size;
import org.hubbeam.reducer.Sum;

/**
 * Full passes over the data: each gives what is the same for every row.
 *
 * <p>By default all values of a column together give one result; with {@link Over#CELLS} those of
 * each cell of a row do (tf.Transform's {@code reduce_instance_dims=False}). Missing values do not
 * take part.
 */
public final class Analyzers {

  private Analyzers() {}

  /** What becomes one result. */
  public enum Over {
    /** All values of all rows. */
    ALL,
    /** The values of each cell of a row. */
    CELLS
  }

  /** The smallest value. Over nothing: infinity, for integers the largest of their type. */
  public static Statistic min(Column x) {
    return min(x, Over.ALL);
  }

  /** The smallest value. */
  public static Statistic min(Column x, Over over) {
    return extremes(x, over).get(0);
  }

  /** The largest value. Over nothing: minus infinity, for integers minus the largest. */
  public static Statistic max(Column x) {
    return max(x, Over.ALL);
  }

  /** The largest value. */
  public static Statistic max(Column x, Over over) {
    return extremes(x, over).get(1);
  }

  static List<Statistic> extremes(Column x, Over over) {
    return reduce("min_max", new Extremes(x.dtype(), axis(x, over)), List.of(x));
  }

  /** The sum; integers as int64. Over nothing 0. */
  public static Statistic sum(Column x) {
    return sum(x, Over.ALL);
  }

  /** The sum. */
  public static Statistic sum(Column x, Over over) {
    return reduce("sum", new Sum(x.dtype(), axis(x, over)), List.of(x)).get(0);
  }

  /** How many values there are, int64. */
  public static Statistic size(Column x) {
    return size(x, Over.ALL);
  }

  /** How many values there are. */
  public static Statistic size(Column x, Over over) {
    return reduce("size", new Size(x.dtype(), axis(x, over)), List.of(x)).get(0);
  }

  /** The mean without NaN and infinities; of integers float32. Over nothing 0. */
  public static Statistic mean(Column x) {
    return mean(x, Over.ALL);
  }

  /** The mean. */
  public static Statistic mean(Column x, Over over) {
    return moments(x, over).get(0);
  }

  /** The mean, in a floating point type of one's own. */
  public static Statistic mean(Column x, Over over, DType outputDtype) {
    return moments(x, over, outputDtype).get(0);
  }

  /** The variance, divided by the number of values, without NaN and infinities. */
  public static Statistic var(Column x) {
    return var(x, Over.ALL);
  }

  /** The variance. */
  public static Statistic var(Column x, Over over) {
    return moments(x, over).get(1);
  }

  /** The variance, in a floating point type of one's own. */
  public static Statistic var(Column x, Over over, DType outputDtype) {
    return moments(x, over, outputDtype).get(1);
  }

  static List<Statistic> moments(Column x, Over over) {
    return reduce("mean_var", new Moments(x.dtype(), axis(x, over)), List.of(x));
  }

  static List<Statistic> moments(Column x, Over over, DType outputDtype) {
    return reduce("mean_var", new Moments(x.dtype(), axis(x, over), outputDtype), List.of(x));
  }

  /**
   * A reducer of one's own.
   *
   * @param name what the plan calls it
   * @param columns its inputs, in its order
   * @return its results, in its order
   */
  public static List<Statistic> reduce(String name, Reducer<?> reducer, List<Column> columns) {
    return columns
        .get(0)
        .tracing()
        .analyze(name, new Analysis.Reduction(reducer), columns, reducer.outputs());
  }

  static Axis axis(Column x, Over over) {
    return over == Over.ALL ? Axis.WHOLE : Axis.perCell(x.shape().row());
  }
}
