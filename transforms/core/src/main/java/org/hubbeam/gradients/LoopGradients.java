// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The gradient of a loop: the loop keeps what each turn computed in lists and counts its turns; a
 * second loop takes the lists apart, from the last turn to the first.
 */
final class LoopGradients {

  private final GraphEditor graph;
  private final NodeDef loop;
  private final List<DataType> types;
  private final LoopFlow flow;

  private LoopGradients(GraphEditor graph, NodeDef loop) {
    this.graph = graph;
    this.loop = loop;
    this.types = graph.outputs(loop);
    this.flow = new LoopFlow(loop, graph.library());
  }

  /**
   * Replaces a loop by one that keeps what its gradient needs, and adds that gradient.
   *
   * @param inputs of which inputs, by number
   * @return the gradients of these
   */
  static Map<Integer, String> add(
      GraphEditor graph, ControlFlowCalls.Call call, Set<Integer> inputs) {
    return new LoopGradients(graph, graph.node(call.node())).add(call, inputs);
  }

  private Map<Integer, String> add(ControlFlowCalls.Call call, Set<Integer> inputs) {
    Map<Integer, String> incoming = incoming(call);
    List<Integer> variables = flow.between(inputs, incoming.keySet());
    Map<Integer, String> gradients = new LinkedHashMap<>();
    if (!variables.isEmpty()) {
      BodyGradient gradient = BodyGradient.of(flow.body(), variables, variables);
      graph.addFunctions(gradient.body().getLibrary().getFunctionList());
      Set<Integer> constant = flow.constants();
      List<Integer> kept = new ArrayList<>();
      for (int i = 0; i < gradient.saved().size(); i++) {
        if (!constant.contains(gradient.saved().get(i).argument())) {
          kept.add(i);
        }
      }
      keep(gradient, kept);
      String backward = backward(gradient, kept, variables, incoming);
      for (int i = 0; i < variables.size(); i++) {
        gradients.put(variables.get(i), backward + ":" + (i + 1));
      }
    }
    for (int input : inputs) {
      if (!gradients.containsKey(input)) {
        gradients.put(input, zeros(loop.getInput(input), types.get(input)));
      }
    }
    gradients.keySet().retainAll(inputs);
    return gradients;
  }

  private String zeros(String tensor, DataType type) {
    return graph.add(
            loop.getName() + "/zeros",
            "ZerosLike",
            List.of(tensor),
            Map.of("T", GraphEditor.attr(type)))
        + ":0";
  }

  /** The gradients of outputs; those that are absent have been filled in with zeros. */
  private Map<Integer, String> incoming(ControlFlowCalls.Call call) {
    Map<Integer, String> incoming = new HashMap<>();
    for (int i = 0; i < types.size(); i++) {
      if (NodeTypes.isSmooth(types.get(i))
          && !isAbsent(graph, call.incoming().get(i), loop.getName(), i)) {
        incoming.put(i, call.incoming().get(i));
      }
    }
    return incoming;
  }

  /** Whether TensorFlow made a gradient up for an output that has none. */
  static boolean isAbsent(GraphEditor graph, String gradient, String node, int output) {
    NodeDef producer = graph.node(GraphFlow.producer(gradient));
    return producer.getOp().equals("ZerosLike")
        && GraphFlow.tensor(producer.getInput(0)).equals(node + ":" + output);
  }

  /** Has the loop count its turns and keep tensors of its body. */
  private void keep(BodyGradient gradient, List<Integer> kept) {
    GraphEditor inner = new GraphEditor(gradient.body());
    GraphToFunction arguments = new GraphToFunction(inner);
    gradient.arguments().forEach(arguments::argument);
    for (int i = 0; i < types.size(); i++) {
      arguments.result(gradient.results().get(i), types.get(i));
    }
    String count = arguments.argument("turns", DataType.DT_INT32);
    arguments.result(
        inner.add(
            "turns_after",
            "AddV2",
            List.of(count, inner.scalar("one", 1)),
            Map.of("T", GraphEditor.attr(DataType.DT_INT32))),
        DataType.DT_INT32);
    NodeDef.Builder changed = loop.toBuilder().clearInput();
    changed.addAllInput(GraphFlow.inputs(loop));
    changed.addInput(graph.scalar(loop.getName() + "/turns", 0));
    List<DataType> all = new ArrayList<>(types);
    all.add(DataType.DT_INT32);
    for (int i : kept) {
      BodyGradient.Saved saved = gradient.saved().get(i);
      refuseResource(saved);
      Map<String, AttrValue> element = Map.of("element_dtype", GraphEditor.attr(saved.type()));
      String list = arguments.argument("kept", DataType.DT_VARIANT);
      arguments.result(
          inner.add("keep", "TensorListPushBack", List.of(list, saved.tensor()), element),
          DataType.DT_VARIANT);
      changed.addInput(emptyList(saved.type()));
      all.add(DataType.DT_VARIANT);
    }
    changed.addAllInput(GraphEditor.controls(loop));
    FunctionDef body = arguments.function(graph, loop.getName() + "_kept_body");
    FunctionDef cond = condition(all);
    graph.addFunctions(List.of(body, cond));
    changed.putAttr("T", GraphEditor.types(all));
    changed.putAttr("body", GraphEditor.functionAttr(body.getSignature().getName()));
    changed.putAttr("cond", GraphEditor.functionAttr(cond.getSignature().getName()));
    AttrValue shapes = loop.getAttrMap().get("output_shapes");
    if (shapes != null && shapes.getList().getShapeCount() > 0) {
      AttrValue.Builder more = shapes.toBuilder();
      for (int i = types.size(); i < all.size(); i++) {
        more.getListBuilder().addShape(TensorShapeProto.getDefaultInstance());
      }
      changed.putAttr("output_shapes", more.build());
    }
    changed.removeAttr("_output_shapes");
    graph.put(changed.build());
  }

  private void refuseResource(BodyGradient.Saved saved) {
    if (saved.type() == DataType.DT_RESOURCE) {
      throw new IllegalArgumentException(
          "the loop '" + loop.getName() + "' makes a resource that its gradient needs");
    }
  }

  private String emptyList(DataType type) {
    return graph.add(
        loop.getName() + "/kept",
        "EmptyTensorList",
        List.of(
            graph.scalar(loop.getName() + "/any_shape", -1),
            graph.scalar(loop.getName() + "/any_length", -1)),
        Map.of(
            "element_dtype", GraphEditor.attr(type),
            "shape_type", GraphEditor.attr(DataType.DT_INT32)));
  }

  /** The condition, which does not look at the variables that were added. */
  private FunctionDef condition(List<DataType> all) {
    FunctionDef.Builder condition = graph.function(loop, "cond").toBuilder();
    OpDef.Builder signature = condition.getSignatureBuilder();
    signature.setName(graph.freeFunction(loop.getName() + "_kept_condition"));
    for (int i = types.size(); i < all.size(); i++) {
      signature.addInputArgBuilder().setName("kept_for_gradient_" + i).setType(all.get(i));
    }
    return condition.build();
  }

  /** Adds the loop over the turns from the last to the first. */
  private String backward(
      BodyGradient gradient,
      List<Integer> kept,
      List<Integer> variables,
      Map<Integer, String> incoming) {
    List<String> given = new ArrayList<>();
    given.add(loop.getName() + ":" + types.size());
    for (int variable : variables) {
      String first = incoming.get(variable);
      given.add(
          first != null ? first : zeros(loop.getName() + ":" + variable, types.get(variable)));
    }
    for (int i = 0; i < kept.size(); i++) {
      given.add(loop.getName() + ":" + (types.size() + 1 + i));
    }
    for (int i = 0; i < gradient.saved().size(); i++) {
      if (!kept.contains(i)) {
        given.add(loop.getInput(gradient.saved().get(i).argument()));
      }
    }
    FunctionDef body = backwardBody(gradient, kept, variables);
    List<DataType> all =
        body.getSignature().getInputArgList().stream().map(OpDef.ArgDef::getType).toList();
    FunctionDef condition = turnsLeft(all);
    graph.addFunctions(List.of(body, condition));
    Map<String, AttrValue> attributes = new HashMap<>();
    for (String name : List.of("parallel_iterations", "_lower_using_switch_merge")) {
      AttrValue value = loop.getAttrMap().get(name);
      if (value != null) {
        attributes.put(name, value);
      }
    }
    attributes.put("T", GraphEditor.types(all));
    attributes.put("body", GraphEditor.functionAttr(body.getSignature().getName()));
    attributes.put("cond", GraphEditor.functionAttr(condition.getSignature().getName()));
    return graph.add(loop.getName() + "/gradient", loop.getOp(), given, attributes);
  }

  /**
   * A turn back: it takes and gives the number of turns left, the gradients of variables, the lists
   * and what no turn changes.
   */
  private FunctionDef backwardBody(
      BodyGradient gradient, List<Integer> kept, List<Integer> variables) {
    GraphEditor inner = new GraphEditor(gradient.backward());
    GraphToFunction function = new GraphToFunction(inner);
    String turns = function.argument("turns", DataType.DT_INT32);
    function.result(
        inner.add(
                "turns_before",
                "Sub",
                List.of(turns, inner.scalar("one", 1)),
                Map.of("T", GraphEditor.attr(DataType.DT_INT32)))
            + ":0",
        DataType.DT_INT32);
    gradient.incoming().forEach(function::argument);
    Map<String, String> loaded = new HashMap<>();
    List<String> shorter = new ArrayList<>();
    for (int i : kept) {
      String last =
          inner.add(
              "last",
              "TensorListPopBack",
              List.of(
                  function.argument("kept", DataType.DT_VARIANT), inner.scalar("any_shape", -1)),
              Map.of("element_dtype", GraphEditor.attr(gradient.saved().get(i).type())));
      loaded.put(gradient.loaded().get(i), last + ":1");
      shorter.add(last + ":0");
    }
    loaded.keySet().forEach(inner::remove);
    ControlFlowGradients.rename(inner, loaded);
    for (int i = 0; i < variables.size(); i++) {
      String tensor = gradient.gradients().get(i);
      function.result(
          loaded.getOrDefault(GraphFlow.producer(tensor), tensor), types.get(variables.get(i)));
    }
    shorter.forEach(list -> function.result(list, DataType.DT_VARIANT));
    for (int i = 0; i < gradient.saved().size(); i++) {
      if (!kept.contains(i)) {
        function.argument(gradient.loaded().get(i));
        function.result(gradient.loaded().get(i) + ":0", gradient.saved().get(i).type());
      }
    }
    return function.function(graph, loop.getName() + "_gradient_body");
  }

  private FunctionDef turnsLeft(List<DataType> all) {
    GraphEditor inner = new GraphEditor(GraphDef.getDefaultInstance());
    GraphToFunction arguments = new GraphToFunction(inner);
    String turns = arguments.argument("turns", DataType.DT_INT32);
    all.subList(1, all.size()).forEach(t -> arguments.argument("other", t));
    arguments.result(
        inner.add(
                "left",
                "Greater",
                List.of(turns, inner.scalar("zero", 0)),
                Map.of("T", GraphEditor.attr(DataType.DT_INT32)))
            + ":0",
        DataType.DT_BOOL);
    return arguments.function(graph, loop.getName() + "_gradient_condition");
  }
}
