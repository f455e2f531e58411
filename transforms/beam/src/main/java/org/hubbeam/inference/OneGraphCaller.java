// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleException.Kind;

/**
 * A chain that is called as one function of one module. Rows that it refuses are called again link
 * by link, with functions of the same module, which tells the link that is at fault.
 */
final class OneGraphCaller implements BatchCaller {
  private final ChainPlan plan;
  private final HubChain.Settings settings;
  private final ModuleCaller whole;
  private final LinkCaller links;
  private Set<String> columns = Set.of();
  private Map<String, String> bound = Map.of();

  /**
   * A chain as one module.
   *
   * @param meters counts what the module of a handle does
   */
  OneGraphCaller(OneGraph graph, HubChain.Settings settings, Function<String, Meter> meters) {
    this.plan = graph.plan();
    this.settings = settings;
    ModuleSpec spec = graph.spec();
    ModuleLoader loader = new ComposedLoader(graph);
    this.whole = new ModuleCaller(spec, loader, meters.apply(spec.handle()));
    this.links = new LinkCaller(graph.links(), loader, settings, handle -> Meter.NONE);
  }

  @Override
  public Outcome call(Batch batch) {
    Batch inputs = inputs(batch);
    ModuleCaller.Outcome called;
    try {
      called = whole.call(inputs);
    } catch (ModuleException e) {
      if (e.kind() != Kind.MISUSED) {
        throw e;
      }
      return links.call(batch);
    }
    Batch staying = settings.calling().staying(batch);
    Outcome outcome = new Outcome(Appended.append(staying, called.pieces()), new ArrayList<>());
    if (!called.bad().isEmpty()) {
      int[] bad = called.bad().stream().mapToInt(CallPlan.BadRow::row).toArray();
      Outcome again = links.call(batch.select(bad));
      outcome.batches().addAll(again.batches());
      outcome.failures().addAll(again.failures());
    }
    return outcome;
  }

  /** The columns and seeds under the names of the module's inputs. */
  private Batch inputs(Batch batch) {
    if (!batch.columns().keySet().equals(columns)) {
      bound = bound(batch.columns().keySet());
      columns = batch.columns().keySet();
    }
    Map<String, Array> inputs = new LinkedHashMap<>();
    bound.forEach((input, column) -> inputs.put(input, batch.column(column)));
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof ChainPlan.Call call && call.seed() != null) {
        inputs.put(
            OneGraph.input(i, call.seed().name()),
            new RecordSeeds(call.seed(), settings.seeds(), i)
                .column(batch, settings.calling().ids()));
      }
    }
    return new Batch(batch.rows(), inputs, batch.origin());
  }

  private Map<String, String> bound(Set<String> there) {
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof ChainPlan.Call call && !call.open().isEmpty()) {
        Map<String, String> found = bound(call, there);
        for (ArraySpec open : call.open()) {
          if (!found.containsKey(open.name())) {
            throw new ModuleException(
                Kind.MISUSED,
                call.label() + " needs the input " + open + "; there are the columns " + there);
          }
          all.put(OneGraph.input(i, open.name()), found.get(open.name()));
        }
      }
    }
    return all;
  }

  private static Map<String, String> bound(ChainPlan.Call call, Set<String> there) {
    try {
      return new InputColumns(call.function().name(), call.function().inputs(), call.named())
          .bound(there);
    } catch (ModuleException e) {
      throw new ModuleException(e.kind(), call.label() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    whole.close();
    links.close();
  }
}
