// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.model.ModuleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls several modules in turn on batches: the output has the input columns and the outputs of the
 * last link. Arrays that are passed between links are not in the output.
 *
 * <pre>{@code
 * CallResult result =
 *     batches.apply(HubChain.of(List.of(ModuleSpec.of(preprocessor), ModuleSpec.of(encoder))));
 * }</pre>
 *
 * <p>Rows keep their order within a batch, and a batch its window, timestamp and pane; a batch
 * comes out as several where outputs do not fit together. A row that a link refuses is one failure,
 * with the handle and the function of that link; the others of the batch go on. An empty batch
 * gives nothing. An output replaces a column of the same name.
 *
 * <p>The chain is in one graph where that gives the same ({@link Composition}); its metrics are
 * then those of the handles with commas between, else those of each handle. An input called {@code
 * seed} that neither a column nor a constant fills takes a seed for each record ({@link Seeding}),
 * an input called {@code image_size} the fixed size of the images that the next link takes.
 */
public final class HubChain extends PTransform<PCollection<Batch>, CallResult> {
  private static final long serialVersionUID = 1;

  private static final Logger LOG = LoggerFactory.getLogger(HubChain.class);

  private final Settings settings;

  /** How the chain is called. */
  record Settings(ModuleChain chain, Calling calling, Composition composition, Seeds seeds)
      implements Serializable {
    Settings {
      Objects.requireNonNull(composition, "composition");
    }

    Settings with(Calling value) {
      return new Settings(chain, value, composition, seeds);
    }

    /** The same, bound to the modules that are there now. */
    Settings pinned() {
      return new Settings(chain.pinned(calling.loader()), calling, composition, seeds);
    }

    /**
     * What is done, found by a look at the modules.
     *
     * @throws ModuleException when a link cannot take what it is given, or the chain is to be in
     *     one graph and cannot
     */
    Decided decided() {
      ChainPlan plan;
      try (FunctionLook look = new FunctionLook(calling.loader())) {
        plan = ChainPlanner.plan(chain, seeds, look);
      }
      boolean alone = plan.calls().size() == 1;
      if (composition == Composition.BATCHES || composition == Composition.AUTO && alone) {
        return new Decided(plan, Composition.BATCHES);
      }
      Optional<String> obstacle = OneGraphCheck.obstacle(plan, calling.loader());
      if (obstacle.isPresent() && composition == Composition.ONE_GRAPH) {
        throw new ModuleException(
            ModuleException.Kind.MISUSED,
            "the chain " + chain.name() + " cannot be in one graph: " + obstacle.get());
      }
      obstacle.ifPresent(
          why -> LOG.info("the chain {} is called through batches: {}", chain.name(), why));
      return new Decided(plan, obstacle.isPresent() ? Composition.BATCHES : Composition.ONE_GRAPH);
    }

    /** Loads the modules, as a worker will, so that what cannot be loaded fails here. */
    void load(Decided decided) {
      if (decided.composition == Composition.ONE_GRAPH) {
        OneGraph graph = new OneGraph(decided.plan);
        SpecCheck.look(graph.spec(), new ComposedLoader(graph));
      } else {
        decided.plan.calls().forEach(call -> SpecCheck.look(call.spec(), calling.loader()));
      }
    }

    /** What calls the chain. */
    BatchCaller caller(Decided decided) {
      return caller(decided, HubMetrics::meter);
    }

    /**
     * What calls the chain.
     *
     * @param meters counts what the module of a handle does
     */
    BatchCaller caller(Decided decided, Function<String, Meter> meters) {
      return decided.composition == Composition.ONE_GRAPH
          ? new OneGraphCaller(new OneGraph(decided.plan), this, meters)
          : new LinkCaller(decided.plan, calling.loader(), this, meters);
    }
  }

  /**
   * A chain with its plan.
   *
   * @param composition {@code ONE_GRAPH} or {@code BATCHES}
   */
  record Decided(ChainPlan plan, Composition composition) implements Serializable {

    private CallResult.Called called() {
      return new CallResult.Called(
          plan.calls().stream()
              .map(c -> CallResult.Link.of(c.function().name(), c.spec()))
              .toList(),
          plan.keys(),
          composition);
    }
  }

  /**
   * What inputs called {@code seed} take.
   *
   * @param seed the user's
   */
  record Seeds(Seeding seeding, long seed) implements Serializable {
    Seeds {
      Objects.requireNonNull(seeding, "seeding");
    }
  }

  private HubChain(Settings settings) {
    this.settings = settings;
  }

  /** Calls these modules in turn. */
  public static HubChain of(List<ModuleSpec> specs) {
    return of(ModuleChain.of(specs));
  }

  /** The modules of a chain. */
  public static HubChain of(ModuleChain chain) {
    return new HubChain(
        new Settings(chain, Calling.DEFAULT, Composition.AUTO, new Seeds(Seeding.PER_RECORD, 0)));
  }

  /**
   * Names records by the value of this column, in failures and for seeds, instead of by file and
   * offset.
   */
  public HubChain withIdColumn(String column) {
    return with(settings.calling.withIdColumn(column));
  }

  /** Keeps only these input columns; an empty list keeps none. */
  public HubChain withPassthrough(List<String> columns) {
    return with(settings.calling.withPassthrough(columns));
  }

  /** Sets which workers call the modules. */
  public HubChain withPlacement(Placement value) {
    return with(settings.calling.withPlacement(value));
  }

  /** Sets how the modules are executed. */
  public HubChain withComposition(Composition value) {
    return new HubChain(new Settings(settings.chain, settings.calling, value, settings.seeds));
  }

  /**
   * With other seeds for the inputs called {@code seed} that have neither a column nor a constant.
   *
   * @param seed what all seeds are made of
   */
  public HubChain withSeeds(Seeding seeding, long seed) {
    Seeds seeds = new Seeds(seeding, seed);
    return new HubChain(
        new Settings(settings.chain, settings.calling, settings.composition, seeds));
  }

  Settings settings() {
    return settings;
  }

  private HubChain with(Calling calling) {
    return new HubChain(settings.with(calling));
  }

  HubChain withLoader(ModuleLoader value) {
    return with(settings.calling.withLoader(value));
  }

  /**
   * Looks at the modules first, unless one of the specs says not to.
   *
   * @throws org.hubbeam.model.ModuleException when a module, a function, or an input or output of a
   *     mapping is not there; when a link cannot take what it is given, naming both sides; or when
   *     the chain is to be in one graph and cannot, saying why
   */
  @Override
  public CallResult expand(PCollection<Batch> batches) {
    List<ModuleSpec> specs = settings.chain.specs();
    if (specs.stream().anyMatch(s -> s.policies().check() == ModuleSpec.Check.ON_WORKERS)) {
      Settings chain = settings;
      return fn(handle -> chain.caller(chain.decided()))
          .on(
              batches,
              chain.calling.placement(),
              CallResult.Called.unseen(specs, Composition.AUTO));
    }
    Settings chain = settings.pinned();
    Decided decided = chain.decided();
    chain.load(decided);
    return fn(handle -> chain.caller(decided))
        .on(batches, chain.calling.placement(), decided.called());
  }

  private static CallModulesFn fn(BatchCaller.Factory callers) {
    return new CallModulesFn(callers, CallModulesFn.HandleSource.SPEC);
  }
}
