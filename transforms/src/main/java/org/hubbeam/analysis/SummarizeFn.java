package org.hubbeam.analysis;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.inference.LeasedFunction;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleException;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.PhaseSummary;
import org.hubbeam.preprocessing.TracedModule;

/**
 * What a phase makes of batches: an encoded summary of each bundle. A phase that reads columns as
 * they are runs no graph.
 */
final class SummarizeFn extends DoFn<Batch, byte[]> {
  private static final long serialVersionUID = 1;

  private final Phase phase;
  private final List<ArraySpec> inputs;
  private final PCollectionView<String> module;
  private transient PhaseSummary summary;
  private transient LeasedFunction function;

  /**
   * @param inputs what the function takes
   * @param module tells where the module of the phase is; null when nothing is computed
   */
  SummarizeFn(Phase phase, List<ArraySpec> inputs, PCollectionView<String> module) {
    this.phase = phase;
    this.inputs = List.copyOf(inputs);
    this.module = module;
  }

  /** A bundle begins with nothing. */
  @StartBundle
  public void start() {
    summary = null;
  }

  /** Adds one batch. */
  @ProcessElement
  public void process(ProcessContext context, @Element Batch batch) {
    if (batch.rows() == 0) {
      return;
    }
    Map<String, Array> computed = Map.of();
    if (module != null) {
      try {
        computed =
            function(context.sideInput(module))
                .call(TracedModule.arguments(inputs, batch.columns()));
      } catch (ModuleException e) {
        throw new IllegalStateException(
            "the analysis stops in " + named() + " at " + batch.origin() + ": " + e.getMessage(),
            e);
      }
    }
    if (summary == null) {
      summary = PhaseSummary.of(phase);
    }
    try {
      summary.add(batch.columns(), computed);
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
  }

  private LeasedFunction function(String location) {
    if (function == null) {
      function =
          new LeasedFunction(
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
   * The summary of the bundle goes on; of a bundle without rows there is none. Engines that wait
   * for the module begin and end bundles without end.
   */
  @FinishBundle
  public void finish(FinishBundleContext context) {
    if (summary == null) {
      return;
    }
    context.output(
        MergeSummaries.bytes(phase, summary),
        GlobalWindow.INSTANCE.maxTimestamp(),
        GlobalWindow.INSTANCE);
  }

  /** Gives the module back; it also comes back when this is never called. */
  @Teardown
  public void teardown() {
    if (function != null) {
      function.close();
    }
  }
}
