// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.files.FailureCoder;
import org.hubbeam.plan.Phase;
import org.hubbeam.reducer.TokenStats;

/**
 * The partial results of one phase, as {@link SummarizeFn} outputs them.
 *
 * @param summaries encoded summaries of the phase
 * @param tokens blocks of token counts by {@link TokenKey}
 * @param rows counts of rows by vocabulary
 * @param externals inputs of external analyzers by their number
 * @param failures the rows that were refused
 */
record PartialResults(
    PCollection<byte[]> summaries,
    PCollection<KV<byte[], byte[]>> tokens,
    PCollection<KV<Integer, TokenStats>> rows,
    PCollection<KV<Integer, Batch>> externals,
    PCollection<Failure> failures) {

  /** How many partial results the summaries are merged into before the final merge. */
  private static final int FANOUT = 16;

  /** The outputs of {@link SummarizeFn}, or of a step with the same outputs. */
  static PartialResults of(PCollectionTuple outputs) {
    return new PartialResults(
        outputs.get(SummarizeFn.SUMMARIES).setCoder(ByteArrayCoder.of()),
        outputs.get(SummarizeFn.TOKENS).setCoder(VocabularyExpansion.TOKENS),
        outputs.get(SummarizeFn.ROWS).setCoder(VocabularyExpansion.ROWS),
        outputs.get(SummarizeFn.EXTERNALS).setCoder(KvCoder.of(VarIntCoder.of(), BatchCoder.of())),
        outputs.get(SummarizeFn.FAILURES).setCoder(FailureCoder.of()));
  }

  /** The partial results of several data sets together. */
  static PartialResults flatten(String name, List<PartialResults> parts) {
    return new PartialResults(
        flatten(name + " summaries", parts, PartialResults::summaries),
        flatten(name + " tokens", parts, PartialResults::tokens),
        flatten(name + " rows", parts, PartialResults::rows),
        flatten(name + " externals", parts, PartialResults::externals),
        flatten(name + " failures", parts, PartialResults::failures));
  }

  private static <T> PCollection<T> flatten(
      String name, List<PartialResults> parts, Function<PartialResults, PCollection<T>> part) {
    return PCollectionList.of(parts.stream().map(part).toList())
        .apply(name, Flatten.pCollections());
  }

  /**
   * All summaries merged into one.
   *
   * @param empty one summary of no rows, so that there is a result even without summaries
   */
  PCollection<byte[]> mergedSummaries(String name, Phase phase, PCollection<byte[]> empty) {
    return PCollectionList.of(summaries)
        .and(empty)
        .apply(name + " parts", Flatten.pCollections())
        .apply(
            name + " merge",
            Combine.globally(new MergeSummaries(phase)).withFanout(FANOUT).withoutDefaults());
  }
}
