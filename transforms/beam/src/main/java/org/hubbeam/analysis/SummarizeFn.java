// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.LeasedFunction;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleException;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.PhaseSummary;
import org.hubbeam.plan.VocabularyCounts;
import org.hubbeam.preprocessing.TracedModule;
import org.hubbeam.reducer.TokenStats;
import org.hubbeam.reducer.TokenSums;
import org.hubbeam.reducer.TokenTable;
import org.jspecify.annotations.Nullable;

/**
 * Summarises batches for a phase: one encoded summary for each bundle, and partial counts of tokens
 * in blocks, which are output before they take too much memory. A phase that reads raw columns only
 * runs no graph. Rows that the graph refuses are failures, and are in no summary.
 */
final class SummarizeFn extends DoFn<Batch, byte[]> {
  private static final long serialVersionUID = 1;

  static final TupleTag<byte[]> SUMMARIES = new TupleTag<>("summaries") {};
  static final TupleTag<KV<byte[], byte[]>> TOKENS = new TupleTag<>("tokens") {};
  static final TupleTag<KV<Integer, TokenStats>> ROWS = new TupleTag<>("rows") {};
  static final TupleTag<KV<Integer, Batch>> EXTERNALS = new TupleTag<>("externals") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};
  static final TupleTagList OTHERS = TupleTagList.of(TOKENS).and(ROWS).and(EXTERNALS).and(FAILURES);

  private final Phase phase;
  private final List<ArraySpec> inputs;
  private final @Nullable PCollectionView<String> module;
  private final long tokenMemory;
  private transient @Nullable Accumulators accumulators;
  private transient @Nullable LeasedFunction function;

  /** What was added since the bundle began; the tokens since they were last output. */
  private record Accumulators(PhaseSummary summary, VocabularyCounts tokens) {}

  /**
   * @param inputs what the function takes
   * @param module the location of the module of the phase; null if it needs none
   * @param tokenMemory the bytes that counts of tokens may take; 0 for a part of the heap
   */
  SummarizeFn(
      Phase phase,
      List<ArraySpec> inputs,
      @Nullable PCollectionView<String> module,
      long tokenMemory) {
    this.tokenMemory = tokenMemory;
    this.phase = phase;
    this.inputs = List.copyOf(inputs);
    this.module = module;
  }

  /** A bundle begins with nothing. */
  @StartBundle
  public void start() {
    accumulators = null;
  }

  /** Adds one batch. */
  @ProcessElement
  public void process(ProcessContext context, @Element Batch batch, MultiOutputReceiver out) {
    if (batch.rows() == 0) {
      return;
    }
    if (module == null) {
      add(batch, Map.of(), out);
    } else {
      addComputed(context.sideInput(module), batch, out);
    }
  }

  private Accumulators accumulators() {
    if (accumulators == null) {
      accumulators = new Accumulators(PhaseSummary.of(phase), VocabularyCounts.of(phase));
    }
    return accumulators;
  }

  /** Halves a batch that the graph refuses until the bad rows are alone. */
  private void addComputed(String location, Batch whole, MultiOutputReceiver out) {
    Deque<Batch> open = new ArrayDeque<>(List.of(whole));
    while (!open.isEmpty()) {
      Batch batch = open.pop();
      Map<String, Array> computed;
      try {
        computed = function(location).call(TracedModule.arguments(inputs, batch.columns()));
      } catch (ModuleException e) {
        if (!ofRows(e)) {
          throw new IllegalStateException(
              "the analysis stops in " + named() + " at " + batch.origin() + ": " + e.getMessage(),
              e);
        }
        if (batch.rows() > 1) {
          open.push(batch.slice(batch.rows() / 2, batch.rows()));
          open.push(batch.slice(0, batch.rows() / 2));
        } else {
          accumulators().summary().refuse();
          out.get(FAILURES)
              .output(
                  new Failure(
                      batch.origin().id(0),
                      e.inputs().size() == 1 ? TracedModule.column(e.inputs().get(0)) : "",
                      "analysis",
                      "phase " + phase.number(),
                      String.valueOf(e.getMessage())));
        }
        continue;
      }
      add(batch, computed, out);
    }
  }

  private static boolean ofRows(ModuleException e) {
    return switch (e.kind()) {
      case REFUSED, ROWS_DIFFER, RESOURCE_EXHAUSTED -> true;
      case NOT_LOADABLE, UNSAFE, MISUSED, UNUSABLE -> false;
    };
  }

  private void add(Batch batch, Map<String, Array> computed, MultiOutputReceiver out) {
    Accumulators accumulators = accumulators();
    VocabularyCounts tokens = accumulators.tokens();
    try {
      accumulators.summary().add(batch.columns(), computed);
      tokens.add(batch.columns(), computed);
      for (int i = 0; i < phase.externals().size(); i++) {
        List<Array> taken = phase.externals().get(i).inputs(batch.columns(), computed);
        out.get(EXTERNALS).output(KV.of(i, ExternalSteps.inputs(taken)));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "the analysis stops in phase "
              + phase.number()
              + " at "
              + batch.origin()
              + ": "
              + e.getMessage(),
          e);
    }
    if (tokens.memory() > memory()) {
      drain(tokens, kv -> out.get(TOKENS).output(kv), kv -> out.get(ROWS).output(kv));
    }
  }

  /** The bytes that the counts of one thread may take. */
  private long memory() {
    if (tokenMemory > 0) {
      return tokenMemory;
    }
    Runtime jvm = Runtime.getRuntime();
    return Math.max(1L << 24, jvm.maxMemory() / 8 / jvm.availableProcessors());
  }

  private static void drain(
      VocabularyCounts tokens,
      Consumer<KV<byte[], byte[]>> ofTokens,
      Consumer<KV<Integer, TokenStats>> ofRows) {
    List<TokenTable> tables = tokens.tables();
    for (int i = 0; i < tables.size(); i++) {
      TokenTable table = tables.get(i);
      drain(i, table.sums(), ofTokens);
      if (!table.rows().equals(TokenStats.NONE)) {
        ofRows.accept(KV.of(i, table.rows()));
      }
      table.clear();
    }
  }

  /** Gives the blocks of one vocabulary, by their {@link TokenKey}. */
  static void drain(int vocabulary, TokenSums tokens, Consumer<KV<byte[], byte[]>> output) {
    tokens.forEachBlock(
        (partition, block) -> output.accept(KV.of(TokenKey.of(vocabulary, partition), block)));
  }

  private LeasedFunction function(String location) {
    if (function == null) {
      function =
          LeasedFunction.of(
              ModuleSpec.of(location).withFunction(FunctionChoice.of(TracedModule.FUNCTION)),
              "analysis phase " + phase.number());
    }
    return function;
  }

  /** The phase, with the analyzers whose inputs the graph computes. */
  private String named() {
    return "phase "
        + phase.number()
        + ", which computes the inputs of "
        + phase.steps().stream()
            .filter(s -> s.sources().stream().anyMatch(Phase.Computed.class::isInstance))
            .map(
                s ->
                    s.node().name()
                        + " ("
                        + s.sources().stream()
                            .map(SummarizeFn::named)
                            .collect(Collectors.joining(", "))
                        + ")")
            .limit(20)
            .collect(Collectors.joining(", "));
  }

  private static String named(Phase.Source source) {
    return source instanceof Phase.Computed computed
        ? String.join("+", computed.array().tensors())
        : source.name();
  }

  /**
   * Outputs the summary of the bundle, if it has rows. Engines that wait for the module start and
   * finish many empty bundles.
   */
  @FinishBundle
  public void finish(FinishBundleContext context) {
    if (accumulators == null) {
      return;
    }
    output(context, SUMMARIES, MergeSummaries.bytes(phase, accumulators.summary()));
    drain(
        accumulators.tokens(), kv -> output(context, TOKENS, kv), kv -> output(context, ROWS, kv));
  }

  private static <T> void output(FinishBundleContext context, TupleTag<T> tag, T value) {
    context.output(tag, value, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
  }

  /** Releases the module, which is also released if this is never called. */
  @Teardown
  public void teardown() {
    if (function != null) {
      function.close();
    }
  }
}
