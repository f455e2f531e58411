// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.OpDef;

/**
 * A TF2 module, built from its objects as Python builds it: one node for each variable, table,
 * constant and asset; functions of the library called with what they capture. Calls are added to
 * the graph when they are first wanted.
 */
final class ObjectProgram extends SessionProgram {

  private static final String SCOPE = ObjectNodes.SCOPE;

  private final ObjectGraph objects;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final ObjectNodes nodes;

  ObjectProgram(ModuleDefinition definition, ConfigProto config, TimeLimits limits) {
    super(definition, config, limits);
    this.objects = definition.objects();
    try {
      this.nodes = new ObjectNodes(definition);
      definition.functions().keySet().forEach(f -> numbers.put(f, numbers.size()));
      session.extend(nodes.graph());
      new CheckpointReader(definition, session, this).restore();
      initialise();
      session.loaded();
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private void initialise() {
    GraphNodes calls = new GraphNodes();
    List<String> targets = new ArrayList<>();
    for (int id = 0; id < objects.size(); id++) {
      if (objects.node(id).hasResource() && objects.child(id, "_initialize").isPresent()) {
        String initialiser = objects.graphs(objects.child(id, "_initialize").get()).get(0);
        targets.add(
            calls.call(
                SCOPE + "initialise_" + id,
                definition.function(initialiser),
                nodes.captures(initialiser)));
      }
    }
    if (!targets.isEmpty()) {
      session.extend(calls.graph().build());
      session.call(List.of(), List.of(), targets).run(List.of());
    }
  }

  /** The tensor that stands for an object. */
  String tensor(int id) {
    return nodes.tensor(id);
  }

  @Override
  public ProgramCall call(Member member, Trace trace, List<Integer> outputs) {
    FunctionDef function = definition.function(trace.name());
    List<OpDef.ArgDef> arguments = function.getSignature().getInputArgList();
    int parts = trace.inputs().stream().mapToInt(Structure.Tensor::parts).sum();
    List<String> captures = nodes.captures(trace.name());
    if (parts + captures.size() != arguments.size()) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          trace.name()
              + " takes "
              + arguments.size()
              + " tensors, but its signature tells of "
              + parts
              + " and it captures "
              + captures.size());
    }
    String name = SCOPE + "call_" + numbers.get(trace.name());
    List<String> feeds = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      feeds.add(name + "/in_" + i);
    }
    synchronized (this) {
      if (!session.has(name)) {
        GraphNodes added = new GraphNodes();
        List<String> inputs = new ArrayList<>(feeds);
        for (int i = 0; i < parts; i++) {
          added.placeholder(feeds.get(i), arguments.get(i).getType(), Shape.UNKNOWN);
        }
        inputs.addAll(captures);
        added.call(name, function, inputs);
        session.extend(added.graph().build());
      }
    }
    List<String> fetches = fetches(name, trace, outputs);
    return session.call(feeds, fetches, fetches.isEmpty() ? List.of(name) : List.of());
  }

  /** The tensors of a call that the parts of outputs are. */
  static List<String> fetches(String call, Trace trace, List<Integer> outputs) {
    List<Integer> starts = new ArrayList<>();
    int next = 0;
    for (Structure.Tensor output : trace.outputs()) {
      starts.add(next);
      next += output.parts();
    }
    List<String> fetches = new ArrayList<>();
    for (int output : outputs) {
      for (int part = 0; part < trace.outputs().get(output).parts(); part++) {
        fetches.add(call + ":" + (starts.get(output) + part));
      }
    }
    return fetches;
  }

  @Override
  public Array variable(String path) {
    int id =
        objects
            .find(path)
            .filter(i -> objects.node(i).hasVariable())
            .orElseThrow(
                () ->
                    new ModuleException(
                        ModuleException.Kind.MISUSED,
                        "there is no variable '"
                            + path
                            + "'; there are "
                            + objects.members().entrySet().stream()
                                .filter(m -> objects.node(m.getValue()).hasVariable())
                                .map(Map.Entry::getKey)
                                .toList()));
    DataType dtype = objects.node(id).getVariable().getDtype();
    return read(SCOPE + "read_" + id, tensor(id), dtype);
  }
}
