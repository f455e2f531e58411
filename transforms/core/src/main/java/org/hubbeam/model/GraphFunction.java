// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.ResourceHandleProto.DtypeAndShape;

/** A graph turned into a function: some of its nodes become arguments, some tensors results. */
@Internal
public final class GraphFunction {

  private final OpDefs ops;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, String> argumentOfNode = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> stateful = new ArrayList<>();

  private GraphFunction(OpDefs ops) {
    this.ops = ops;
  }

  /**
   * A node that becomes an argument; it must have one output.
   *
   * @param node the node of the graph
   * @param name the argument's name; made fit for a function where it is not
   * @param handle what a variable's resource holds; null for anything else
   */
  public record Argument(
      String node, String name, DataType dtype, Shape shape, @Nullable DtypeAndShape handle) {}

  /**
   * A tensor that becomes a result.
   *
   * @param tensor as a graph names it, {@code node:0}
   */
  public record Result(String tensor, DataType dtype, Shape shape) {}

  /**
   * The function.
   *
   * <p>Every operation of the graph with a side effect is run when the function is, whether a
   * result depends on it or not, and before a result is given.
   */
  public static FunctionDef convert(
      String name, GraphDef graph, List<Argument> arguments, List<Result> results, OpDefs ops) {
    return new GraphFunction(ops).build(name, graph, arguments, results);
  }

  private FunctionDef build(
      String name, GraphDef graph, List<Argument> arguments, List<Result> results) {
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
    taken.addAll(nodes.keySet());
    arguments.forEach(a -> taken.remove(a.node()));
    FunctionDef.Builder out = FunctionDef.newBuilder();
    OpDef.Builder signature = out.getSignatureBuilder().setName(name);
    for (int i = 0; i < arguments.size(); i++) {
      addArgument(out, i, arguments.get(i));
    }
    for (NodeDef node : nodes.values()) {
      if (!argumentOfNode.containsKey(node.getName())) {
        out.addNodeDef(body(node));
      }
    }
    String done = addEffects(out);
    for (int i = 0; i < results.size(); i++) {
      addResult(out, i == 0 ? "identity" : "identity_" + i, results.get(i), done);
    }
    signature.setIsStateful(!stateful.isEmpty());
    return out.build();
  }

  private void addArgument(FunctionDef.Builder out, int index, Argument argument) {
    String name = free(NodeNames.argument(argument.name()));
    argumentOfNode.put(argument.node(), name);
    OpDef.ArgDef.Builder def =
        out.getSignatureBuilder().addInputArgBuilder().setName(name).setType(argument.dtype());
    if (argument.handle() != null) {
      def.addHandleData(argument.handle());
    }
    FunctionDef.ArgAttrs.Builder attributes =
        FunctionDef.ArgAttrs.newBuilder()
            .putAttr("_user_specified_name", Protos.attr(argument.name()));
    if (argument.dtype() != DataType.DT_RESOURCE) {
      attributes.putAttr("_output_shapes", Protos.shapes(List.of(argument.shape())));
    }
    out.putArgAttr(index, attributes.build());
  }

  private NodeDef body(NodeDef node) {
    OpDef op = ops.definition(node);
    NodeDef.Builder out = ops.withoutDefaults(node).toBuilder().clearInput();
    for (String input : node.getInputList()) {
      if (!input.startsWith("^")) {
        out.addInput(reference(input));
      } else if (!argumentOfNode.containsKey(input.substring(1))) {
        out.addInput(input);
      }
    }
    if (op.getIsStateful()) {
      stateful.add(node.getName());
    }
    return out.build();
  }

  /** One node that waits for all side effects; null where there are none. */
  private @Nullable String addEffects(FunctionDef.Builder out) {
    if (stateful.isEmpty()) {
      return null;
    }
    NodeDef.Builder done = out.addNodeDefBuilder().setName(free("NoOp")).setOp("NoOp");
    for (String node : stateful) {
      done.addInput("^" + node);
      out.putControlRet(node, node);
      out.getSignatureBuilder().addControlOutput(node);
    }
    return done.getName();
  }

  private void addResult(
      FunctionDef.Builder out, String name, Result result, @Nullable String done) {
    out.getSignatureBuilder().addOutputArgBuilder().setName(name).setType(result.dtype());
    NodeDef.Builder identity =
        out.addNodeDefBuilder()
            .setName(free("Identity"))
            .setOp("Identity")
            .addInput(reference(result.tensor()))
            .putAttr("T", Protos.attr(result.dtype()))
            .putAttr("_output_shapes", Protos.shapes(List.of(result.shape())));
    if (done != null) {
      identity.addInput("^" + done);
    }
    out.putRet(name, identity.getName() + ":output:0");
  }

  /** {@code node:1} of a graph as a function names it, {@code node:values:0}. */
  private String reference(String tensor) {
    int colon = tensor.lastIndexOf(':');
    String node = colon < 0 ? tensor : tensor.substring(0, colon);
    int index = colon < 0 ? 0 : Integer.parseInt(tensor.substring(colon + 1));
    String argument = argumentOfNode.get(node);
    if (argument != null) {
      return argument;
    }
    NodeDef producer = nodes.get(node);
    if (producer == null) {
      throw new IllegalArgumentException("the graph has no node '" + node + "'");
    }
    for (OpDef.ArgDef output : ops.definition(producer).getOutputArgList()) {
      int length = ops.length(output, producer);
      if (index < length) {
        return node + ":" + output.getName() + ":" + index;
      }
      index -= length;
    }
    throw new IllegalArgumentException("node '" + node + "' has no output for " + tensor);
  }

  private String free(String name) {
    String free = name;
    while (!taken.add(free)) {
      free = name + "_" + numbers.merge(name, 1, Integer::sum);
    }
    return free;
  }
}
