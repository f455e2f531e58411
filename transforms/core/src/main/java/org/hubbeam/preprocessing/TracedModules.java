// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Secrets;
import org.hubbeam.hub.Hub;
import org.hubbeam.model.ArrayOperand;
import org.hubbeam.model.Graft;
import org.hubbeam.model.GraftedCall;
import org.hubbeam.model.GraftedFunction;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.plan.ModuleNode;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt64;

/** The modules that a preprocessing function calls while it is traced. */
final class TracedModules {

  private final Tracing tracing;
  private final ModuleWriter scratch = ModuleWriter.create();
  private final Map<ModuleNode.Source, Graft> grafts = new HashMap<>();
  private final Map<List<Object>, ModuleNode.Source> sources = new HashMap<>();
  private final Map<List<Object>, Map<String, Column>> calls = new HashMap<>();
  private final List<ModuleNode> nodes = new ArrayList<>();

  TracedModules(Tracing tracing) {
    this.tracing = tracing;
  }

  /** What is called so far. */
  List<ModuleNode> nodes() {
    return nodes;
  }

  /** The function meant; the module is resolved and looked at when it is first named. */
  GraftedFunction function(HubModule module) {
    return graft(module).function(module.function());
  }

  private Graft graft(HubModule module) {
    return grafts.computeIfAbsent(
        source(module), s -> graft(scratch, "module_" + grafts.size(), s));
  }

  private ModuleNode.Source source(HubModule module) {
    return sources.computeIfAbsent(
        List.of(module.handle(), module.options(), module.hub()),
        k ->
            new ModuleNode.Source(
                module.handle(),
                module.options(),
                module.hub(),
                Hub.of(module.hub()).resolve(module.handle()).digest()));
  }

  /**
   * Takes a module into a module that is written.
   *
   * @throws ModuleException when the handle leads to another module than when it was traced
   */
  static Graft graft(ModuleWriter writer, String name, ModuleNode.Source source) {
    Hub.Resolved resolved = Hub.of(source.hub()).resolve(source.handle());
    String digest = resolved.digest();
    if (!digest.equals(source.digest())) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "the module "
              + Secrets.masked(source.handle())
              + " is not the one that the preprocessing function was traced with: its digest was "
              + source.digest()
              + " and is "
              + digest);
    }
    return writer.graft(name, resolved.folder(), source.options().withOriginOf(resolved));
  }

  /** Adds a call to the graph; the same call of the same columns is added once. */
  Map<String, Column> call(HubModule module, Map<String, Column> given) {
    List<ArraySpec> specs = new ArrayList<>();
    Map<String, ArrayOperand> arrays = new LinkedHashMap<>();
    given.forEach(
        (name, column) -> {
          specs.add(column.spec(name));
          arrays.put(name, new ArrayOperand(column.spec(name), column.tensors()));
        });
    GraftedFunction function = function(module);
    List<Object> call =
        List.of(
            source(module),
            function.choice(),
            specs,
            given.values().stream().map(Tracing::tensors).toList());
    return calls.computeIfAbsent(call, c -> add(module, function, specs, arrays));
  }

  private Map<String, Column> add(
      HubModule module,
      GraftedFunction function,
      List<ArraySpec> specs,
      Map<String, ArrayOperand> arrays) {
    GraftedCall.Added added = function.on(specs).add(tracing.tf(), arrays);
    nodes.add(new ModuleNode(added.node(), source(module), function.choice(), specs));
    Map<String, Column> outputs = new LinkedHashMap<>();
    added
        .outputs()
        .forEach(
            (name, array) -> {
              if (!array.spec().dtype().isOpaque()) {
                outputs.put(name, column(array));
              }
            });
    return outputs;
  }

  private Column column(ArrayOperand array) {
    List<Operand<?>> tensors = array.tensors();
    return switch (array.spec().layout()) {
      case DENSE -> new Column.Dense(tracing, tensors.get(0), null);
      case SPARSE ->
          new Column.Sparse(
              tracing,
              tensors.get(0).asOutput().expect(TInt64.class),
              tensors.get(1),
              tensors.get(2).asOutput().expect(TInt64.class),
              array.spec().shape(),
              null);
      case RAGGED ->
          new Column.Ragged(
              tracing,
              tensors.get(0),
              tensors.subList(1, tensors.size()).stream()
                  .<Operand<TInt64>>map(t -> t.asOutput().expect(TInt64.class))
                  .toList(),
              array.spec().shape(),
              null);
    };
  }
}
