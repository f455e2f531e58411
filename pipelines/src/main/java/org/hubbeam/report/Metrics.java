// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.report;

import org.hubbeam.reducer.ClassificationReport;
import org.hubbeam.reducer.RegressionReport;

/** How good scores are on some rows. */
public sealed interface Metrics {

  /** How many rows were scored. */
  long rows();

  /** Of labels. */
  record OfLabels(ClassificationReport report) implements Metrics {
    @Override
    public long rows() {
      return report.rows();
    }
  }

  /** Of numbers. */
  record OfNumbers(RegressionReport report) implements Metrics {
    @Override
    public long rows() {
      return report.rows();
    }
  }
}
