// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Shape;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GradientDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RegisteredGradient;

/**
 * A graph whose calls of modules that are taken in are made whole: each node names the function
 * taken over and is given what that captures, which is one placeholder for each member.
 */
final class CompletedCalls {

  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<ModuleWriter.Member, String> captures = new LinkedHashMap<>();
  private final Map<String, FunctionDef> library = new LinkedHashMap<>();
  private final Set<GradientDef> gradients = new LinkedHashSet<>();
  private final Set<RegisteredGradient> registered = new LinkedHashSet<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final GraphDef graph;
  private int producer;

  CompletedCalls(GraphDef graph) {
    this.graph = graph;
    this.producer = graph.getVersions().getProducer();
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
    graph.getLibrary().getFunctionList().forEach(f -> library.put(f.getSignature().getName(), f));
    gradients.addAll(graph.getLibrary().getGradientList());
    registered.addAll(graph.getLibrary().getRegisteredGradientsList());
  }

  void complete(String name, GraftedCall call) {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("the graph has no node '" + name + "' to call a module");
    }
    GraftSource.Body body = call.body();
    FunctionDef function = body.definition();
    NodeDef.Builder out =
        node.toBuilder()
            .clearInput()
            .setOp(function.getSignature().getIsStateful() ? GraftedCall.OP : GraftedCall.PURE_OP)
            .putAttr("f", Protos.function(function.getSignature().getName()))
            .putAttr(
                "Tin",
                Protos.types(
                    function.getSignature().getInputArgList().stream()
                        .map(a -> a.getType())
                        .toList()));
    node.getInputList().stream().filter(i -> !i.startsWith("^")).forEach(out::addInput);
    body.captures().forEach(m -> out.addInput(captures.computeIfAbsent(m, this::placeholder)));
    node.getInputList().stream().filter(i -> i.startsWith("^")).forEach(out::addInput);
    nodes.put(name, out.build());
    body.library().getFunctionList().forEach(f -> library.put(f.getSignature().getName(), f));
    gradients.addAll(body.library().getGradientList());
    registered.addAll(body.library().getRegisteredGradientsList());
    producer = Math.max(producer, body.producer());
  }

  private String placeholder(ModuleWriter.Member member) {
    String start = member.path().replace('.', '_');
    String free = start;
    while (nodes.containsKey(free)) {
      free = start + "_" + numbers.merge(start, 1, Integer::sum);
    }
    GraphNodes node = new GraphNodes();
    node.placeholder(free, WrittenFunction.captured(member, free).dtype(), Shape.of());
    nodes.put(free, node.graph().getNode(0));
    return free;
  }

  /** The placeholders of what is captured. */
  Map<ModuleWriter.Member, String> captures() {
    return captures;
  }

  GraphDef graph() {
    GraphDef.Builder out = graph.toBuilder().clearNode();
    out.addAllNode(nodes.values());
    out.getLibraryBuilder()
        .clear()
        .addAllFunction(library.values())
        .addAllGradient(gradients)
        .addAllRegisteredGradients(registered);
    out.getVersionsBuilder().setProducer(producer);
    return out.build();
  }
}
