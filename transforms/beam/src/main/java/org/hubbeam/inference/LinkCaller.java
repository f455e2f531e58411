// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ChainPlan.Slot;
import org.hubbeam.model.ModuleException;
import org.jspecify.annotations.Nullable;

/**
 * A chain that is called link by link: each with what the links before gave as columns, which are
 * dropped when nobody takes them any more.
 */
final class LinkCaller implements BatchCaller {
  private static final String SEED = "\0seed";

  private final ChainPlan plan;
  private final HubChain.Seeds seeds;
  private final Calling calling;

  /** Null for a step that is no call. */
  private final List<@Nullable ModuleCaller> callers = new ArrayList<>();

  /**
   * A chain and its modules.
   *
   * @param meters counts what the module of a handle does
   */
  LinkCaller(
      ChainPlan plan,
      ModuleLoader loader,
      HubChain.Settings settings,
      Function<String, Meter> meters) {
    this.plan = plan;
    this.seeds = settings.seeds();
    this.calling = settings.calling();
    for (int i = 0; i < plan.steps().size(); i++) {
      callers.add(
          plan.steps().get(i) instanceof ChainPlan.Call call
              ? new ModuleCaller(spec(call, i), loader, meters.apply(call.handle()))
              : null);
    }
  }

  @Override
  public Outcome call(Batch batch) {
    Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
    run(0, new State(batch, Map.of()), outcome);
    return outcome;
  }

  /**
   * Rows on their way.
   *
   * @param batch as they came
   * @param given what earlier steps gave for them
   */
  private record State(Batch batch, Map<Slot, Array> given) {

    /** With what a step gives, without what is not needed any more. */
    State with(Map<Slot, Array> more, Collection<Slot> needed) {
      Map<Slot, Array> all = new LinkedHashMap<>(given);
      all.putAll(more);
      all.keySet().retainAll(needed);
      return new State(batch, all);
    }

    Array given(Slot slot) {
      return Objects.requireNonNull(given.get(slot), slot.name());
    }

    State select(int[] rows) {
      if (rows.length == batch.rows()) {
        return this;
      }
      Map<Slot, Array> chosen = new LinkedHashMap<>();
      given.forEach((slot, array) -> chosen.put(slot, array.select(rows)));
      return new State(batch.select(rows), chosen);
    }

    Batch with(Collection<Slot> slots) {
      Batch all = batch;
      for (Slot slot : slots) {
        all = all.with(slot.name(), given(slot));
      }
      return all;
    }
  }

  private void run(int step, State state, Outcome outcome) {
    if (step == plan.steps().size()) {
      outcome.batches().add(finished(state));
      return;
    }
    Set<Slot> needed = plan.neededFrom(step + 1);
    if (plan.steps().get(step) instanceof ChainPlan.Concat concat) {
      Array joined =
          JoinedVectors.join(concat.column(), concat.takes().stream().map(state::given).toList());
      run(step + 1, state.with(Map.of(new Slot(step, concat.column()), joined), needed), outcome);
      return;
    }
    ChainPlan.Call call = (ChainPlan.Call) plan.steps().get(step);
    ModuleCaller.Outcome called = called(step, call, state);
    for (CallPlan.BadRow bad : called.bad()) {
      outcome
          .failures()
          .add(
              new Failure(
                  calling.ids().of(state.batch, bad.row()),
                  state.batch.columns().containsKey(bad.column()) ? bad.column() : "",
                  call.handle(),
                  call.function().name(),
                  labelled(call, bad.reason())));
    }
    for (ModuleCaller.Piece piece : Appended.together(called.pieces())) {
      Map<Slot, Array> given = new LinkedHashMap<>();
      for (String column : call.kept()) {
        Slot slot = new Slot(step, column);
        given.put(slot, piece.outputs().column(slot.name()));
      }
      run(step + 1, state.select(piece.rows()).with(given, needed), outcome);
    }
  }

  private ModuleCaller.Outcome called(int step, ChainPlan.Call call, State state) {
    try {
      return Objects.requireNonNull(callers.get(step), "caller").call(columns(call, step, state));
    } catch (ModuleException e) {
      throw new ModuleException(e.kind(), labelled(call, String.valueOf(e.getMessage())), e);
    }
  }

  private String labelled(ChainPlan.Call call, String message) {
    return plan.calls().size() == 1 ? message : call.label() + ": " + message;
  }

  private Batch columns(ChainPlan.Call call, int step, State state) {
    Batch columns = state.with(new LinkedHashSet<>(call.takes()));
    return call.seed() == null
        ? columns
        : columns.with(
            SEED, new RecordSeeds(call.seed(), seeds, step).column(state.batch, calling.ids()));
  }

  private Batch finished(State state) {
    Batch out = calling.staying(state.batch);
    for (Map.Entry<String, Slot> output : plan.outputs().entrySet()) {
      out = out.with(output.getKey(), state.given(output.getValue()));
    }
    return out;
  }

  /** The spec of a link with its inputs and outputs under the names of their slots. */
  private static ModuleSpec spec(ChainPlan.Call call, int step) {
    ModuleSpec.Mapping mapping = call.spec().mapping();
    Map<String, String> inputs = new LinkedHashMap<>(call.named());
    call.inputs().forEach((input, slot) -> inputs.put(input, slot.name()));
    if (call.seed() != null) {
      inputs.put(call.seed().name(), SEED);
    }
    Map<String, String> outputs = new LinkedHashMap<>();
    call.kept().forEach(column -> outputs.put(call.key(column), new Slot(step, column).name()));
    return call.spec()
        .withMapping(
            new ModuleSpec.Mapping(inputs, mapping.constants(), outputs, mapping.shaping())
                .withLists(mapping.lists())
                .withLists(call.inputs().values().stream().map(Slot::name).toList()));
  }

  @Override
  public void close() {
    for (ModuleCaller caller : callers) {
      if (caller != null) {
        caller.close();
      }
    }
  }
}
