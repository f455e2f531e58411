// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.util.CoderUtils;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.PhaseSummary;

/**
 * Merges the encoded summaries of a phase into one. Without input, the result is an empty summary.
 */
final class MergeSummaries extends Combine.CombineFn<byte[], PhaseSummary, byte[]> {
  private static final long serialVersionUID = 1;

  private final Phase phase;
  private final PhaseSummaryCoder coder;

  MergeSummaries(Phase phase) {
    this.phase = phase;
    this.coder = new PhaseSummaryCoder(phase);
  }

  /** The summary of no rows for each element. */
  static final class NothingFn extends DoFn<AnalyzerResults, byte[]> {
    private static final long serialVersionUID = 1;
    private final Phase phase;

    NothingFn(Phase phase) {
      this.phase = phase;
    }

    @ProcessElement
    public void process(OutputReceiver<byte[]> out) {
      out.output(bytes(phase, PhaseSummary.of(phase)));
    }
  }

  static byte[] bytes(Phase phase, PhaseSummary summary) {
    try {
      return CoderUtils.encodeToByteArray(new PhaseSummaryCoder(phase), summary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PhaseSummary summary(Phase phase, byte[] bytes) {
    try {
      return CoderUtils.decodeFromByteArray(new PhaseSummaryCoder(phase), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public PhaseSummary createAccumulator() {
    return PhaseSummary.of(phase);
  }

  @Override
  public PhaseSummary addInput(PhaseSummary into, byte[] bytes) {
    into.merge(summary(phase, bytes));
    return into;
  }

  @Override
  public PhaseSummary mergeAccumulators(Iterable<PhaseSummary> accumulators) {
    PhaseSummary merged = null;
    for (PhaseSummary accumulator : accumulators) {
      if (merged == null) {
        merged = accumulator;
      } else {
        merged.merge(accumulator);
      }
    }
    return merged == null ? createAccumulator() : merged;
  }

  @Override
  public byte[] extractOutput(PhaseSummary summary) {
    return bytes(phase, summary);
  }

  @Override
  public Coder<PhaseSummary> getAccumulatorCoder(CoderRegistry registry, Coder<byte[]> input) {
    return coder;
  }

  @Override
  public Coder<byte[]> getDefaultOutputCoder(CoderRegistry registry, Coder<byte[]> input) {
    return ByteArrayCoder.of();
  }
}
