// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.plan.PhaseSummary;
import org.hubbeam.reducer.TokenStats;

/** The steps that read and write the saved accumulators of one data set's first phase. */
final class AccumulatorCache {

  private final Pipeline pipeline;
  private final SavedPhase saved;

  AccumulatorCache(Pipeline pipeline, SavedPhase saved) {
    this.pipeline = pipeline;
    this.saved = saved;
  }

  /** The accumulators that were saved. */
  PartialResults read() {
    return PartialResults.of(
        pipeline
            .apply(saved.dataset() + " saved", Create.of(saved.dataset()))
            .apply(
                saved.dataset() + " read",
                ParDo.of(new SavedPhase.ReadFn(saved))
                    .withOutputTags(SummarizeFn.SUMMARIES, SummarizeFn.OTHERS)));
  }

  /**
   * Saves the accumulators.
   *
   * @param name what the steps are called
   * @param partial the partial results of the data set
   * @return what was saved: one summary, and each token once
   */
  PartialResults write(String name, PartialResults partial) {
    byte[] empty = MergeSummaries.bytes(saved.phase(), PhaseSummary.of(saved.phase()));
    PartialResults merged =
        new PartialResults(
            partial.mergedSummaries(
                name,
                saved.phase(),
                pipeline.apply(name + " begins", Create.of(empty).withCoder(ByteArrayCoder.of()))),
            partial
                .tokens()
                .apply(name + " count", GroupByKey.create())
                .apply(name + " tokens", ParDo.of(new AddBlocksFn()))
                .setCoder(VocabularyExpansion.TOKENS),
            VocabularyExpansion.rowsAdded(name + " rows", partial.rows()),
            partial.externals(),
            partial.failures());
    save(name + " save", merged);
    return merged;
  }

  private void save(String name, PartialResults merged) {
    if (saved.phase().vocabularies().isEmpty()) {
      merged.summaries().apply(name, ParDo.of(new SavedPhase.WriteFn(saved, null, null)));
      return;
    }
    PCollection<KV<byte[], byte[]>> byVocabulary =
        merged
            .tokens()
            .apply(name + " by number", ParDo.of(new SavedPhase.ByVocabularyFn()))
            .setCoder(VocabularyExpansion.TOKENS);
    PCollectionView<Map<Integer, String>> files =
        byVocabulary
            .apply(name + " together", GroupByKey.create())
            .apply(name + " tokens", ParDo.of(new SavedPhase.WriteTokensFn(saved)))
            .setCoder(KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of()))
            .apply(name + " files", View.asMap());
    PCollectionView<Map<Integer, TokenStats>> rows =
        merged.rows().apply(name + " rows", View.asMap());
    merged
        .summaries()
        .apply(
            name, ParDo.of(new SavedPhase.WriteFn(saved, files, rows)).withSideInputs(files, rows));
  }
}
