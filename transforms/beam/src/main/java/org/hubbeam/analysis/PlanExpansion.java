package org.hubbeam.analysis;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.plan.Bindings;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.Plan;
import org.hubbeam.plan.TracedArray;
import org.hubbeam.preprocessing.Preprocessor;

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
    PCollection<Bindings> known = begin(batches.getPipeline());
    for (Phase phase : plan.phases()) {
      known = after(phase, known, summarized(name(phase), phase, module(phase, known), batches));
    }
    return known;
  }

  /**
   * What all analyzers find in several data sets.
   *
   * @param datasets at least one; all batches must be there if the plan has more than one phase
   */
  PCollection<Bindings> bindings(Pipeline pipeline, List<Dataset> datasets) {
    PCollection<Bindings> known = begin(pipeline);
    for (Phase phase : plan.phases()) {
      PCollectionView<String> module = module(phase, known);
      List<PCollectionTuple> parts = new ArrayList<>();
      for (Dataset dataset : datasets) {
        parts.add(
            phase.number() == 0 && dataset.saved != null
                ? DatasetSteps.parts(pipeline, this, dataset, module)
                : summarized(dataset.name + " " + name(phase), phase, module, dataset.batches));
      }
      known = after(phase, known, together(name(phase), parts));
    }
    return known;
  }

  /**
   * A data set of several.
   *
   * @param name for steps
   * @param batches what fits the schema; null when it is not read
   * @param saved where the accumulators of its first phase are saved; null for nowhere
   * @param found whether they are there
   */
  record Dataset(String name, PCollection<Batch> batches, SavedPhase saved, Found found) {}

  /** Whether accumulators were saved before. */
  enum Found {
    SAVED,
    TO_SAVE
  }

  private static PCollection<Bindings> begin(Pipeline pipeline) {
    return pipeline.apply("Begin", Create.of(Bindings.NONE).withCoder(BindingsCoder.of()));
  }

  private static String name(Phase phase) {
    return "Phase " + phase.number();
  }

  /** The fitted function. */
  Analyzed.Values fitted(Preprocessor preprocessor, PCollection<Bindings> bindings) {
    PCollection<String> location = written("Write transform_fn", null, bindings);
    TransformFunction function =
        new TransformFunction(
            preprocessor.schema(),
            preprocessor.outputs(),
            location.apply("transform_fn", View.asSingleton()),
            WriteModuleFn.file(temp));
    return new Analyzed.Values(function, location, bindings);
  }

  private PCollection<Bindings> after(
      Phase phase, PCollection<Bindings> known, PCollectionTuple parts) {
    String name = name(phase);
    PCollectionView<Iterable<Bindings>> beside =
        PCollectionList.of(known)
            .and(beside(phase, parts))
            .apply(name + " beside", Flatten.pCollections())
            .apply(name + " all beside", View.asIterable());
    PCollection<byte[]> nothing =
        known
            .apply(name + " begins", ParDo.of(new MergeSummaries.NothingFn(phase)))
            .setCoder(ByteArrayCoder.of());
    return merged(name, phase, parts.get(SummarizeFn.SUMMARIES), nothing)
        .apply(
            name + " finish",
            ParDo.of(new FinishPhaseFn(phase, beside, temp)).withSideInputs(beside))
        .setCoder(BindingsCoder.of());
  }

  /** What a phase finds beside its summary: vocabularies, and what transforms of users give. */
  private List<PCollection<Bindings>> beside(Phase phase, PCollectionTuple parts) {
    List<PCollection<Bindings>> beside = new ArrayList<>();
    if (!phase.vocabularies().isEmpty()) {
      beside.add(
          new VocabularyExpansion(phase, temp)
              .written(parts.get(SummarizeFn.TOKENS), parts.get(SummarizeFn.ROWS)));
    }
    if (!phase.externals().isEmpty()) {
      beside.addAll(new ExternalSteps(phase).found(parts.get(SummarizeFn.EXTERNALS)));
    }
    return beside;
  }

  /**
   * One summary of all.
   *
   * @param nothing the summary of no rows, so that there is one also where there are no parts
   */
  static PCollection<byte[]> merged(
      String name, Phase phase, PCollection<byte[]> parts, PCollection<byte[]> nothing) {
    return PCollectionList.of(parts)
        .and(nothing)
        .apply(name + " parts", Flatten.pCollections())
        .apply(
            name + " merge",
            Combine.globally(new MergeSummaries(phase)).withFanout(FANOUT).withoutDefaults());
  }

  /** The module that a phase needs; null when it needs none. */
  private PCollectionView<String> module(Phase phase, PCollection<Bindings> known) {
    return phase.computed().isEmpty()
        ? null
        : written(name(phase) + " write module", phase, known)
            .apply(name(phase) + " module", View.asSingleton());
  }

  /** Summaries, tokens and rows of batches. */
  PCollectionTuple summarized(
      String name, Phase phase, PCollectionView<String> module, PCollection<Batch> batches) {
    ParDo.SingleOutput<Batch, byte[]> summarize =
        ParDo.of(new SummarizeFn(phase, inputs, module, tokenMemory));
    return coded(
        batches.apply(
            name + " summarize",
            (module == null ? summarize : summarize.withSideInputs(module))
                .withOutputTags(SummarizeFn.SUMMARIES, SummarizeFn.OTHERS)));
  }

  static PCollectionTuple coded(PCollectionTuple parts) {
    parts.get(SummarizeFn.SUMMARIES).setCoder(ByteArrayCoder.of());
    parts.get(SummarizeFn.TOKENS).setCoder(VocabularyExpansion.TOKENS);
    parts.get(SummarizeFn.ROWS).setCoder(VocabularyExpansion.ROWS);
    parts.get(SummarizeFn.EXTERNALS).setCoder(KvCoder.of(VarIntCoder.of(), BatchCoder.of()));
    return parts;
  }

  private static PCollectionTuple together(String name, List<PCollectionTuple> parts) {
    return PCollectionTuple.of(
            SummarizeFn.SUMMARIES, together(name + " summaries", parts, SummarizeFn.SUMMARIES))
        .and(SummarizeFn.TOKENS, together(name + " tokens", parts, SummarizeFn.TOKENS))
        .and(SummarizeFn.ROWS, together(name + " rows", parts, SummarizeFn.ROWS))
        .and(SummarizeFn.EXTERNALS, together(name + " externals", parts, SummarizeFn.EXTERNALS));
  }

  private static <T> PCollection<T> together(
      String name, List<PCollectionTuple> parts, TupleTag<T> tag) {
    return PCollectionList.of(parts.stream().map(p -> p.get(tag)).toList())
        .apply(name, Flatten.pCollections());
  }

  private PCollection<String> written(String name, Phase phase, PCollection<Bindings> known) {
    return known
        .apply(name, ParDo.of(new WriteModuleFn(plan.trace(), phase, temp)))
        .setCoder(StringUtf8Coder.of());
  }
}
