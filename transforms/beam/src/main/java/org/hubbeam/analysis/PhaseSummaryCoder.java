// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.apache.beam.sdk.coders.CustomCoder;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.PhaseSummary;

/** Moves the summaries of one phase. */
final class PhaseSummaryCoder extends CustomCoder<PhaseSummary> {
  private static final long serialVersionUID = 1;

  private final Phase phase;

  PhaseSummaryCoder(Phase phase) {
    this.phase = phase;
  }

  @Override
  public void encode(PhaseSummary value, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    value.encode(data);
    data.flush();
  }

  @Override
  public PhaseSummary decode(InputStream in) throws IOException {
    return PhaseSummary.decode(phase, new DataInputStream(in));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PhaseSummaryCoder coder && coder.phase.equals(phase);
  }

  @Override
  public int hashCode() {
    return Objects.hash(phase.number(), phase.steps().size());
  }
}
