// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/** Metrics of labels as arrays, as reducers give their results. */
final class ClassificationArrays {

  private ClassificationArrays() {}

  static List<Array.Dense> of(ClassificationReport report) {
    List<ClassificationReport.ClassMetrics> classes = report.classes();
    long[] pairs =
        report.confusion().stream()
            .flatMapToLong(c -> LongStream.of(c.truth(), c.predicted()))
            .toArray();
    return List.of(
        Array.Dense.scalar(Values.of(report.rows())),
        scalar(report.weight()),
        scalar(report.accuracy()),
        scalar(report.topThree()),
        scalar(report.logLoss()),
        scalar(report.calibration().error()),
        doubles(classes.stream().mapToDouble(ClassificationReport.ClassMetrics::support)),
        doubles(classes.stream().mapToDouble(ClassificationReport.ClassMetrics::precision)),
        doubles(classes.stream().mapToDouble(ClassificationReport.ClassMetrics::recall)),
        doubles(classes.stream().mapToDouble(ClassificationReport.ClassMetrics::f1)),
        doubles(classes.stream().mapToDouble(c -> c.curve().rocArea())),
        doubles(classes.stream().mapToDouble(c -> c.curve().prArea())),
        new Array.Dense(List.of(pairs.length / 2L, 2L), Values.of(pairs)),
        doubles(report.confusion().stream().mapToDouble(ClassificationReport.Confusion::weight)));
  }

  private static Array.Dense scalar(double value) {
    return Array.Dense.scalar(NumberArrays.pack(DType.FLOAT64, new double[] {value}));
  }

  private static Array.Dense doubles(DoubleStream values) {
    return Array.Dense.vector(NumberArrays.pack(DType.FLOAT64, values.toArray()));
  }

  static List<ArraySpec> specs(int count) {
    List<ArraySpec> outputs = new ArrayList<>();
    outputs.add(new ArraySpec("rows", DType.INT64, Shape.of(), Layout.DENSE));
    for (String name : List.of("weight", "accuracy", "top_3", "log_loss", "calibration_error")) {
      outputs.add(new ArraySpec(name, DType.FLOAT64, Shape.of(), Layout.DENSE));
    }
    Shape labels = Shape.of(count);
    for (String name : List.of("support", "precision", "recall", "f1", "roc_area", "pr_area")) {
      outputs.add(new ArraySpec(name, DType.FLOAT64, labels, Layout.DENSE));
    }
    outputs.add(new ArraySpec("confused_labels", DType.INT64, Shape.of(-1, 2), Layout.DENSE));
    outputs.add(new ArraySpec("confused_weights", DType.FLOAT64, Shape.of(-1), Layout.DENSE));
    return outputs;
  }
}
