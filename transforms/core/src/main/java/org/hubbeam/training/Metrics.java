// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.List;
import org.hubbeam.reducer.ClassificationReport;
import org.hubbeam.reducer.Mistake;
import org.hubbeam.reducer.RegressionReport;

/** How good scores are on some rows. */
public sealed interface Metrics {

  /** How many rows were scored. */
  long rows();

  /** The most confident mistakes, the worst first. */
  List<Mistake> mistakes();

  /** Of labels. */
  record OfLabels(ClassificationReport report) implements Metrics {
    @Override
    public long rows() {
      return report.rows();
    }

    @Override
    public List<Mistake> mistakes() {
      return report.mistakes();
    }
  }

  /** Of numbers. */
  record OfNumbers(RegressionReport report) implements Metrics {
    @Override
    public long rows() {
      return report.rows();
    }

    @Override
    public List<Mistake> mistakes() {
      return report.mistakes();
    }
  }
}
