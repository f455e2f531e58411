// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.FailureCoder;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.Plan;
import org.hubbeam.plan.TracedArray;
import org.hubbeam.preprocessing.Preprocessor;
import org.jspecify.annotations.Nullable;

/** Expands a plan into steps. Their number grows with the number of phases, not of analyzers. */
final class PlanExpansion {

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

  /**
   * What came of the data.
   *
   * @param results those of all analyzers
   * @param failures the rows that were refused
   */
  record Analyzed(PCollection<AnalyzerResults> results, PCollection<Failure> failures) {}

  /** The analysis of these batches. */
  Analyzed analyzed(PCollection<Batch> batches) {
    PCollection<AnalyzerResults> results = begin(batches.getPipeline());
    PCollection<Failure> failures = null;
    for (Phase phase : plan.phases()) {
      PartialResults parts = summarized(name(phase), phase, module(phase, results), batches);
      results = after(phase, results, parts);
      failures = parts.failures();
    }
    return analyzed(results, failures);
  }

  /** A phase refuses what those before it refused: the last one tells of all rows. */
  private static Analyzed analyzed(
      PCollection<AnalyzerResults> results, @Nullable PCollection<Failure> failures) {
    return new Analyzed(
        results,
        failures == null
            ? results.getPipeline().apply("Nothing refused", Create.empty(FailureCoder.of()))
            : failures);
  }

  /**
   * The analysis of several data sets.
   *
   * @param datasets at least one; all batches must be there if the plan has more than one phase
   */
  Analyzed analyzed(Pipeline pipeline, List<Dataset> datasets) {
    PCollection<AnalyzerResults> results = begin(pipeline);
    PCollection<Failure> failures = null;
    for (Phase phase : plan.phases()) {
      PCollectionView<String> module = module(phase, results);
      List<PartialResults> parts = new ArrayList<>();
      for (Dataset dataset : datasets) {
        parts.add(partial(pipeline, phase, module, dataset));
      }
      PartialResults all = PartialResults.flatten(name(phase), parts);
      results = after(phase, results, all);
      failures = all.failures();
    }
    return analyzed(results, failures);
  }

  private PartialResults partial(
      Pipeline pipeline, Phase phase, @Nullable PCollectionView<String> module, Dataset dataset) {
    SavedPhase saved = phase.number() == 0 ? dataset.saved() : null;
    if (saved != null && dataset.cache() == Dataset.Cache.READ) {
      return new AccumulatorCache(pipeline, saved).read();
    }
    String name = dataset.name() + " " + name(phase);
    PartialResults computed =
        summarized(name, phase, module, Objects.requireNonNull(dataset.batches(), name));
    return saved == null ? computed : new AccumulatorCache(pipeline, saved).write(name, computed);
  }

  private static PCollection<AnalyzerResults> begin(Pipeline pipeline) {
    return pipeline.apply(
        "Begin", Create.of(AnalyzerResults.NONE).withCoder(AnalyzerResultsCoder.of()));
  }

  private static String name(Phase phase) {
    return "Phase " + phase.number();
  }

  /** The fitted function. */
  AnalysisResult.Values fitted(Preprocessor preprocessor, PCollection<AnalyzerResults> results) {
    PCollectionTuple written =
        results.apply(
            "Write transform_fn",
            ParDo.of(new WriteFunctionFn(plan, temp))
                .withOutputTags(
                    WriteFunctionFn.FUNCTION, TupleTagList.of(WriteFunctionFn.OF_ANALYZED)));
    PCollection<String> location = written.get(WriteFunctionFn.FUNCTION);
    return new AnalysisResult.Values(
        function(preprocessor, "transform_fn", location, WriteFunctionFn.file(temp)),
        function(
            preprocessor,
            "transform_fn of analyzed rows",
            written.get(WriteFunctionFn.OF_ANALYZED),
            WriteFunctionFn.fileOfAnalyzed(temp)),
        location,
        results);
  }

  private static TransformFunction function(
      Preprocessor preprocessor, String name, PCollection<String> location, String file) {
    return new TransformFunction(
        preprocessor.schema(),
        preprocessor.outputs(),
        location.setCoder(StringUtf8Coder.of()).apply(name, View.asSingleton()),
        file);
  }

  private PCollection<AnalyzerResults> after(
      Phase phase, PCollection<AnalyzerResults> results, PartialResults parts) {
    String name = name(phase);
    PCollectionView<Iterable<AnalyzerResults>> others =
        PCollectionList.of(results)
            .and(others(phase, parts))
            .apply(name + " other results", Flatten.pCollections())
            .apply(name + " all other results", View.asIterable());
    PCollection<byte[]> nothing =
        results
            .apply(name + " begins", ParDo.of(new MergeSummaries.NothingFn(phase)))
            .setCoder(ByteArrayCoder.of());
    return parts
        .mergedSummaries(name, phase, nothing)
        .apply(
            name + " finish",
            ParDo.of(new FinishPhaseFn(phase, others, temp)).withSideInputs(others))
        .setCoder(AnalyzerResultsCoder.of());
  }

  /**
   * The results of a phase that are not in its summary: vocabularies, and those of transforms of
   * the user's.
   */
  private List<PCollection<AnalyzerResults>> others(Phase phase, PartialResults parts) {
    List<PCollection<AnalyzerResults>> others = new ArrayList<>();
    if (!phase.vocabularies().isEmpty()) {
      others.add(new VocabularyExpansion(phase, temp).written(parts.tokens(), parts.rows()));
    }
    if (!phase.externals().isEmpty()) {
      others.addAll(new ExternalSteps(phase).results(parts.externals()));
    }
    return others;
  }

  /** The module that a phase needs; null when it needs none. */
  private @Nullable PCollectionView<String> module(
      Phase phase, PCollection<AnalyzerResults> results) {
    return phase.computed().isEmpty()
        ? null
        : results
            .apply(name(phase) + " write module", ParDo.of(new WriteModuleFn(plan, phase, temp)))
            .setCoder(StringUtf8Coder.of())
            .apply(name(phase) + " module", View.asSingleton());
  }

  /** Summaries, tokens and rows of batches. */
  private PartialResults summarized(
      String name,
      Phase phase,
      @Nullable PCollectionView<String> module,
      PCollection<Batch> batches) {
    ParDo.SingleOutput<Batch, byte[]> summarize =
        ParDo.of(new SummarizeFn(phase, inputs, module, tokenMemory));
    return PartialResults.of(
        batches.apply(
            name + " summarize",
            (module == null ? summarize : summarize.withSideInputs(module))
                .withOutputTags(SummarizeFn.SUMMARIES, SummarizeFn.OTHERS)));
  }
}
