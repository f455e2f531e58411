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
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.plan.PhaseSummary;
import org.hubbeam.reducer.TokenStats;

/** The steps of the first phase for one data set whose accumulators are saved. */
final class DatasetSteps {

  private DatasetSteps() {}

  /** Summary, tokens and rows of the data set: read, or made and saved. */
  static PCollectionTuple parts(
      Pipeline pipeline,
      PlanExpansion expansion,
      PlanExpansion.Dataset dataset,
      PCollectionView<String> module) {
    SavedPhase saved = dataset.saved();
    if (dataset.found() == PlanExpansion.Found.SAVED) {
      return PlanExpansion.coded(
          pipeline
              .apply(dataset.name() + " saved", Create.of(saved.dataset()))
              .apply(
                  dataset.name() + " read",
                  ParDo.of(new SavedPhase.ReadFn(saved))
                      .withOutputTags(SummarizeFn.SUMMARIES, SummarizeFn.OTHERS)));
    }
    String name = dataset.name() + " Phase 0";
    PCollectionTuple partial = expansion.summarized(name, saved.phase(), module, dataset.batches());
    byte[] nothing = MergeSummaries.bytes(saved.phase(), PhaseSummary.of(saved.phase()));
    PCollection<byte[]> merged =
        PlanExpansion.merged(
            name,
            saved.phase(),
            partial.get(SummarizeFn.SUMMARIES),
            pipeline.apply(name + " begins", Create.of(nothing).withCoder(ByteArrayCoder.of())));
    PCollectionTuple whole =
        PCollectionTuple.of(SummarizeFn.SUMMARIES, merged)
            .and(
                SummarizeFn.TOKENS,
                partial
                    .get(SummarizeFn.TOKENS)
                    .apply(name + " count", GroupByKey.create())
                    .apply(name + " tokens", ParDo.of(new AddBlocksFn()))
                    .setCoder(VocabularyExpansion.TOKENS))
            .and(
                SummarizeFn.ROWS,
                VocabularyExpansion.rowsAdded(name + " rows", partial.get(SummarizeFn.ROWS)))
            .and(SummarizeFn.EXTERNALS, partial.get(SummarizeFn.EXTERNALS));
    save(name + " save", saved, whole);
    return whole;
  }

  private static void save(String name, SavedPhase saved, PCollectionTuple whole) {
    if (saved.phase().vocabularies().isEmpty()) {
      whole
          .get(SummarizeFn.SUMMARIES)
          .apply(name, ParDo.of(new SavedPhase.WriteFn(saved, null, null)));
      return;
    }
    PCollection<KV<byte[], byte[]>> byVocabulary =
        whole
            .get(SummarizeFn.TOKENS)
            .apply(name + " by number", ParDo.of(new SavedPhase.ByVocabularyFn()))
            .setCoder(VocabularyExpansion.TOKENS);
    PCollectionView<Map<Integer, String>> files =
        byVocabulary
            .apply(name + " together", GroupByKey.create())
            .apply(name + " tokens", ParDo.of(new SavedPhase.WriteTokensFn(saved)))
            .setCoder(KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of()))
            .apply(name + " files", View.asMap());
    PCollectionView<Map<Integer, TokenStats>> rows =
        whole.get(SummarizeFn.ROWS).apply(name + " rows", View.asMap());
    whole
        .get(SummarizeFn.SUMMARIES)
        .apply(
            name, ParDo.of(new SavedPhase.WriteFn(saved, files, rows)).withSideInputs(files, rows));
  }
}
