package org.hubbeam.analysis;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.plan.Bindings;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.Plan;
import org.hubbeam.plan.TracedArray;

/** The steps of a plan. Their number grows with that of the phases, not with that of analyzers. */
final class PlanExpansion {

  /** How many summaries of bundles are merged before all are. */
  private static final int FANOUT = 16;

  private final Plan plan;
  private final TempFolder temp;
  private final long tokenMemory;
  private final List<ArraySpec> inputs;

  PlanExpansion(Plan plan, TempFolder temp, long tokenMemory) {
    this.tokenMemory = tokenMemory;
    this.plan = plan;
    this.temp = temp;
    this.inputs = plan.trace().inputs().stream().map(TracedArray::spec).toList();
  }

  /** What all analyzers find in these batches. */
  PCollection<Bindings> bindings(PCollection<Batch> batches) {
    PCollection<Bindings> known =
        batches
            .getPipeline()
            .apply("Begin", Create.of(Bindings.NONE).withCoder(BindingsCoder.of()));
    for (Phase phase : plan.phases()) {
      known = after(phase, known, batches);
    }
    return known;
  }

  /** The location of the module that computes the outputs. */
  PCollection<String> transformFn(PCollection<Bindings> bindings) {
    return written("Write transform_fn", null, bindings);
  }

  private PCollection<Bindings> after(
      Phase phase, PCollection<Bindings> known, PCollection<Batch> batches) {
    String name = "Phase " + phase.number();
    PCollectionTuple parts = summarized(phase, known, batches);
    PCollectionView<Bindings> before = known.apply(name + " begins", View.asSingleton());
    List<PCollectionView<?>> views = new ArrayList<>(List.of(before));
    PCollectionView<Iterable<Bindings>> vocabularies = null;
    if (!phase.vocabularies().isEmpty()) {
      vocabularies =
          new VocabularyExpansion(phase, temp)
              .written(parts.get(SummarizeFn.TOKENS), parts.get(SummarizeFn.ROWS))
              .apply(name + " vocabularies", View.asIterable());
      views.add(vocabularies);
    }
    return parts
        .get(SummarizeFn.SUMMARIES)
        .apply(name + " merge", Combine.globally(new MergeSummaries(phase)).withFanout(FANOUT))
        .apply(
            name + " finish",
            ParDo.of(new FinishPhaseFn(phase, before, vocabularies, temp)).withSideInputs(views))
        .setCoder(BindingsCoder.of());
  }

  private PCollectionTuple summarized(
      Phase phase, PCollection<Bindings> known, PCollection<Batch> batches) {
    String name = "Phase " + phase.number();
    PCollectionView<String> module =
        phase.computed().isEmpty()
            ? null
            : written(name + " write module", phase, known)
                .apply(name + " module", View.asSingleton());
    ParDo.SingleOutput<Batch, byte[]> summarize =
        ParDo.of(new SummarizeFn(phase, inputs, module, tokenMemory));
    PCollectionTuple parts =
        batches.apply(
            name + " summarize",
            (module == null ? summarize : summarize.withSideInputs(module))
                .withOutputTags(
                    SummarizeFn.SUMMARIES,
                    TupleTagList.of(SummarizeFn.TOKENS).and(SummarizeFn.ROWS)));
    parts.get(SummarizeFn.SUMMARIES).setCoder(ByteArrayCoder.of());
    parts.get(SummarizeFn.TOKENS).setCoder(VocabularyExpansion.TOKENS);
    parts.get(SummarizeFn.ROWS).setCoder(VocabularyExpansion.ROWS);
    return parts;
  }

  private PCollection<String> written(String name, Phase phase, PCollection<Bindings> known) {
    return known
        .apply(name, ParDo.of(new WriteModuleFn(plan.trace(), phase, temp)))
        .setCoder(StringUtf8Coder.of());
  }
}
