// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * How good predicted numbers are: RMSE, MAE, R², and the largest errors. Sums are exact, so that
 * the same rows give the same numbers to the last bit, in whatever order and parts.
 *
 * <p>Inputs, in this order: predictions, float32 or float64 {@code [n]} or {@code [n, 1]}; what is
 * true, the same; weights, numbers {@code [n]}, if weighted, rounded to multiples of 2^-30; and, if
 * mistakes are kept, ids and what is shown of a row, strings {@code [n]}.
 */
public final class RegressionMetrics extends DescribedReducer<RegressionSummary> {

  private final Settings settings;

  private record Settings(Weighting weighting, int mistakes) implements Serializable {}

  private RegressionMetrics(Settings settings) {
    this.settings = settings;
  }

  /** Metrics of rows without weights, without mistakes. */
  public static RegressionMetrics create() {
    return new RegressionMetrics(new Settings(Weighting.NONE, 0));
  }

  /** With a column of weights, or without. */
  public RegressionMetrics withWeighting(Weighting weighting) {
    return new RegressionMetrics(new Settings(weighting, settings.mistakes));
  }

  /** With the largest mistakes, so many at most. The default is none. */
  public RegressionMetrics withMistakes(int most) {
    if (most < 0) {
      throw new IllegalArgumentException("0 mistakes or more are kept, not " + most);
    }
    return new RegressionMetrics(new Settings(settings.weighting, most));
  }

  @Override
  public RegressionSummary empty() {
    return new RegressionSummary(settings.mistakes);
  }

  @Override
  public RegressionSummary read(DataInput in) throws IOException {
    return RegressionSummary.read(in, settings.mistakes);
  }

  @Override
  public void add(RegressionSummary summary, List<Array> columns) {
    boolean weighted = settings.weighting == Weighting.WEIGHTED;
    ReducerInputs.count(
        columns, 2 + (weighted ? 1 : 0) + (settings.mistakes > 0 ? 2 : 0), "regression");
    int count = columns.get(0).rows();
    double[] predicted = numbers(columns.get(0), count, "predictions");
    double[] truth = numbers(columns.get(1), count, "what is true");
    RowUnits units = weighted ? RowUnits.of(columns.get(2), count) : RowUnits.none();
    RowNames names =
        settings.mistakes > 0
            ? RowNames.of(columns.subList(columns.size() - 2, columns.size()), count)
            : null;
    for (int row = 0; row < count; row++) {
      summary.add(truth[row], predicted[row], units.at(row));
      double error = Math.abs(predicted[row] - truth[row]);
      if (names != null && error > 0 && units.at(row) > 0 && summary.mistakes().takes(error)) {
        summary
            .mistakes()
            .add(
                new Mistake(
                    names.id(row),
                    names.shown(row),
                    Double.toString(truth[row]),
                    Double.toString(predicted[row]),
                    error,
                    Double.NaN));
      }
    }
  }

  private static double[] numbers(Array column, int rows, String what) {
    boolean fits =
        (column.dtype() == DType.FLOAT32 || column.dtype() == DType.FLOAT64)
            && column instanceof Array.Dense
            && column.values().size() == rows;
    if (!fits) {
      throw new IllegalArgumentException(
          what + " must be float32 or float64 [n, 1], found " + column.spec("x").type());
    }
    double[] numbers = NumberArrays.doubles((Values.Numbers) column.values());
    for (double number : numbers) {
      if (!(Math.abs(number) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            what + " must be finite numbers of at most 3.4e38, found " + number);
      }
    }
    return numbers;
  }

  /** All that is computed. */
  public RegressionReport report(RegressionSummary summary) {
    return summary.report(RowUnits.unit(settings.weighting));
  }

  @Override
  public List<Array.Dense> finish(RegressionSummary summary) {
    RegressionReport report = report(summary);
    return List.of(
        Array.Dense.scalar(Values.of(report.rows())),
        scalar(report.weight()),
        scalar(report.rmse()),
        scalar(report.mae()),
        scalar(report.r2()),
        scalar(report.bias()));
  }

  private static Array.Dense scalar(double value) {
    return Array.Dense.scalar(NumberArrays.pack(DType.FLOAT64, new double[] {value}));
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(
        new ArraySpec("rows", DType.INT64, Shape.of(), Layout.DENSE),
        output("weight"),
        output("rmse"),
        output("mae"),
        output("r2"),
        output("bias"));
  }

  private static ArraySpec output(String name) {
    return new ArraySpec(name, DType.FLOAT64, Shape.of(), Layout.DENSE);
  }

  @Override
  public String describe() {
    return "regression(mistakes="
        + settings.mistakes
        + (settings.weighting == Weighting.WEIGHTED ? ", weighted" : "")
        + ")";
  }
}
