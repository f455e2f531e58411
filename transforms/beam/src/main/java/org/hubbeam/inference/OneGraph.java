// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.inference.ChainPlan.Slot;
import org.hubbeam.model.ComposedModule;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleOptions;

/**
 * A chain as one module.
 *
 * @param plan the chain, which has no {@link OneGraphCheck obstacle}
 */
record OneGraph(ChainPlan plan) implements Serializable {

  /** The name of an input of the whole, for an input of the link of a step. */
  static String input(int step, String name) {
    return ComposedModule.named(name) + "_" + step;
  }

  private static String value(Slot slot) {
    return slot.step() + "/" + slot.column();
  }

  private static String output(int number) {
    return "output_" + number;
  }

  /** The module, out of modules on this machine, which are fetched if need be. */
  ComposedModule module() {
    List<ArraySpec> inputs = new ArrayList<>();
    List<ComposedModule.Step> steps = new ArrayList<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof ChainPlan.Call call) {
        steps.add(call(i, call, inputs));
      } else {
        ChainPlan.Concat concat = (ChainPlan.Concat) plan.steps().get(i);
        steps.add(
            new ComposedModule.Join(
                concat.takes().stream().map(OneGraph::value).toList(),
                value(new Slot(i, concat.column()))));
      }
    }
    Map<String, String> outputs = new LinkedHashMap<>();
    plan.outputs().values().forEach(slot -> outputs.put(output(outputs.size()), value(slot)));
    return new ComposedModule(inputs, steps, outputs);
  }

  private static ComposedModule.Call call(int step, ChainPlan.Call call, List<ArraySpec> inputs) {
    Map<String, String> taken = new LinkedHashMap<>();
    for (ArraySpec open : call.open()) {
      inputs.add(open.named(input(step, open.name())));
      taken.put(open.name(), input(step, open.name()));
    }
    call.inputs().forEach((name, slot) -> taken.put(name, value(slot)));
    if (call.seed() != null) {
      ArraySpec column = RecordSeeds.column(call.seed());
      inputs.add(column.named(input(step, column.name())));
      taken.put(column.name(), input(step, column.name()));
    }
    Map<String, String> given = new LinkedHashMap<>();
    call.kept().forEach(c -> given.put(call.key(c), value(new Slot(step, c))));
    ModuleLoader.FromHub.Source source = ModuleLoader.FromHub.source(call.spec().loading());
    return new ComposedModule.Call(
        new ComposedModule.Source(source.folder(), source.options()),
        call.spec().function(),
        call.spec().mapping().constants(),
        taken,
        given,
        call.seed() == null ? ComposedModule.Rows.TOGETHER : ComposedModule.Rows.ONE_BY_ONE);
  }

  /** How the module is loaded; equal chains share it. */
  ModuleSpec.Loading loading() {
    List<ChainPlan.Call> calls = plan.calls();
    ModuleSpec.Loading first = calls.get(0).spec().loading();
    Set<String> allowed = new LinkedHashSet<>();
    Set<String> libraries = new LinkedHashSet<>();
    List<String> handles = new ArrayList<>();
    for (ChainPlan.Call call : calls) {
      ModuleOptions options = call.spec().loading().options();
      allowed.addAll(options.trust().allowOps());
      libraries.addAll(options.opLibraries());
      handles.add(call.spec().handle());
    }
    return new ModuleSpec.Loading(
        String.join(",", handles),
        first
            .options()
            .withTags(null)
            .withAllowOps(allowed)
            .withOpLibraries(List.copyOf(libraries)),
        first.hub());
  }

  /** The whole chain as one call: inputs under their names of the module, outputs as columns. */
  ModuleSpec spec() {
    Map<String, String> inputs = new LinkedHashMap<>();
    Map<String, String> outputs = new LinkedHashMap<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof ChainPlan.Call call) {
        for (ArraySpec open : call.open()) {
          inputs.put(input(i, open.name()), input(i, open.name()));
        }
        if (call.seed() != null) {
          inputs.put(input(i, call.seed().name()), input(i, call.seed().name()));
        }
      }
    }
    plan.outputs().keySet().forEach(column -> outputs.put(output(outputs.size()), column));
    return new ModuleSpec(
        loading(),
        FunctionChoice.of(ComposedModule.CHAIN),
        new ModuleSpec.Mapping(inputs, Map.of(), outputs, ModuleSpec.Shaping.DEFAULT),
        OneGraphCheck.policies(plan));
  }

  /** The chain whose links are functions of the one module, to be called one after the other. */
  ChainPlan links() {
    List<ChainPlan.Step> steps = new ArrayList<>();
    int number = 0;
    for (ChainPlan.Step step : plan.steps()) {
      if (step instanceof ChainPlan.Call call) {
        steps.add(link(call, number));
        number++;
      } else {
        steps.add(step);
      }
    }
    return new ChainPlan(steps, plan.outputs());
  }

  private ChainPlan.Call link(ChainPlan.Call call, int number) {
    ModuleSpec spec = call.spec();
    List<ArraySpec> inputs = new ArrayList<>();
    call.function().inputs().forEach(i -> inputs.add(i.named(ComposedModule.named(i.name()))));
    Map<String, ArraySpec> outputs = new LinkedHashMap<>();
    call.function()
        .outputs()
        .forEach((column, o) -> outputs.put(column, o.named(ComposedModule.named(o.name()))));
    Map<String, Slot> taken = new LinkedHashMap<>();
    call.inputs().forEach((input, slot) -> taken.put(ComposedModule.named(input), slot));
    Map<String, String> columns = new LinkedHashMap<>();
    spec.mapping()
        .inputs()
        .forEach(
            (input, column) ->
                columns.put(input.isEmpty() ? input : ComposedModule.named(input), column));
    return new ChainPlan.Call(
        call.label(),
        call.handle(),
        new ModuleSpec(
            loading(),
            FunctionChoice.of(ComposedModule.link(number)),
            new ModuleSpec.Mapping(columns, Map.of(), Map.of(), spec.mapping().shaping()),
            spec.policies()),
        new ChainPlan.Signature(
            call.function().name(), inputs, outputs, call.function().changesState()),
        taken,
        call.seed(),
        call.kept());
  }
}
