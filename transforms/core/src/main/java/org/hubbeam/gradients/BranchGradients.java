// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The gradient of {@code If} and {@code Case}: the branch that is taken also gives what its
 * gradient needs, and the same branch of a second {@code If} computes that gradient.
 */
final class BranchGradients {

  private static final String CASE_FUNCTIONS = "branches";

  private final GraphEditor graph;
  private final NodeDef node;
  private final List<DataType> outputs;
  private final Map<Integer, String> incoming = new TreeMap<>();
  private final List<DataType> kept = new ArrayList<>();

  private BranchGradients(GraphEditor graph, NodeDef node) {
    this.graph = graph;
    this.node = node;
    this.outputs = graph.outputs(node);
  }

  /** The functions of a node's branches. */
  static List<String> branches(NodeDef node) {
    AttrValue several = node.getAttrMap().get(CASE_FUNCTIONS);
    return several != null
        ? several.getList().getFuncList().stream().map(f -> f.getName()).toList()
        : List.of(
            node.getAttrOrThrow("then_branch").getFunc().getName(),
            node.getAttrOrThrow("else_branch").getFunc().getName());
  }

  /** Gives a node other branches. */
  static void setBranches(NodeDef.Builder node, List<String> functions) {
    if (node.getOp().endsWith("Case")) {
      AttrValue.Builder list = AttrValue.newBuilder();
      functions.forEach(f -> list.getListBuilder().addFuncBuilder().setName(f));
      node.putAttr(CASE_FUNCTIONS, list.build());
    } else {
      node.putAttr("then_branch", GraphEditor.functionAttr(functions.get(0)));
      node.putAttr("else_branch", GraphEditor.functionAttr(functions.get(1)));
    }
  }

  /**
   * Replaces a node by one that gives what its gradient needs, and adds that gradient.
   *
   * @param inputs of which inputs, by number
   * @return the gradients of these
   */
  static Map<Integer, String> add(
      GraphEditor graph, ControlFlowCalls.Call call, Set<Integer> inputs) {
    return new BranchGradients(graph, graph.node(call.node())).add(call, List.copyOf(inputs));
  }

  private Map<Integer, String> add(ControlFlowCalls.Call call, List<Integer> inputs) {
    for (int i = 0; i < outputs.size(); i++) {
      if (NodeTypes.isSmooth(outputs.get(i))
          && !LoopGradients.isAbsent(graph, call.incoming().get(i), node.getName(), i)) {
        incoming.put(i, call.incoming().get(i));
      }
    }
    List<BodyGradient> gradients = new ArrayList<>();
    for (String branch : branches(node)) {
      BodyGradient gradient =
          BodyGradient.of(
              FunctionBodyGraph.of(graph.function(branch), graph.library()),
              List.copyOf(incoming.keySet()),
              inputs.stream().map(i -> i - 1).toList());
      graph.addFunctions(gradient.body().getLibrary().getFunctionList());
      gradients.add(gradient);
      gradient.saved().stream().filter(s -> s.argument() < 0).forEach(s -> kept.add(s.type()));
    }
    if (kept.contains(DataType.DT_RESOURCE)) {
      throw new IllegalArgumentException(
          "the branch '" + node.getName() + "' makes a resource that its gradient needs");
    }
    keep(gradients);
    String backward = backward(gradients, inputs);
    Map<Integer, String> found = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      found.put(inputs.get(i), backward + ":" + i);
    }
    return found;
  }

  /** Has each branch give what its gradient needs, and nothing for those of the others. */
  private void keep(List<BodyGradient> gradients) {
    List<String> functions = new ArrayList<>();
    for (int branch = 0; branch < gradients.size(); branch++) {
      BodyGradient gradient = gradients.get(branch);
      GraphEditor inner = new GraphEditor(gradient.body());
      GraphToFunction arguments = new GraphToFunction(inner);
      gradient.arguments().forEach(arguments::argument);
      for (int i = 0; i < outputs.size(); i++) {
        arguments.result(gradient.results().get(i), outputs.get(i));
      }
      for (int other = 0; other < gradients.size(); other++) {
        for (BodyGradient.Saved saved : gradients.get(other).saved()) {
          if (saved.argument() < 0) {
            arguments.result(
                other == branch ? saved.tensor() : nothing(inner, saved.type()), saved.type());
          }
        }
      }
      functions.add(add(arguments, "_kept_branch_" + branch));
    }
    List<DataType> all = new ArrayList<>(outputs);
    all.addAll(kept);
    NodeDef.Builder changed = node.toBuilder().putAttr("Tout", GraphEditor.types(all));
    setBranches(changed, functions);
    AttrValue shapes = node.getAttrMap().get("output_shapes");
    if (shapes != null && shapes.getList().getShapeCount() > 0) {
      AttrValue.Builder more = shapes.toBuilder();
      kept.forEach(
          k -> more.getListBuilder().addShape(TensorShapeProto.newBuilder().setUnknownRank(true)));
      changed.putAttr("output_shapes", more.build());
    }
    changed.removeAttr("_output_shapes");
    graph.put(changed.build());
  }

  /** An empty tensor of a type. */
  private static String nothing(GraphEditor inner, DataType type) {
    if (type == DataType.DT_VARIANT) {
      return inner.add(
              "nothing",
              "EmptyTensorList",
              List.of(inner.scalar("any_shape", -1), inner.scalar("any_length", -1)),
              Map.of(
                  "element_dtype", GraphEditor.attr(DataType.DT_FLOAT),
                  "shape_type", GraphEditor.attr(DataType.DT_INT32)))
          + ":0";
    }
    TensorShapeProto.Builder none = TensorShapeProto.newBuilder();
    none.addDimBuilder().setSize(0);
    return inner.constant(
            "nothing", TensorProto.newBuilder().setDtype(type).setTensorShape(none).build())
        + ":0";
  }

  private String add(GraphToFunction arguments, String suffix) {
    FunctionDef function = arguments.function(graph, node.getName() + suffix);
    graph.addFunctions(List.of(function));
    return function.getSignature().getName();
  }

  /** Adds the node that computes the gradients. */
  private String backward(List<BodyGradient> gradients, List<Integer> inputs) {
    List<String> tensors = GraphFlow.inputs(node);
    List<String> given = new ArrayList<>(incoming.values());
    List<Integer> needed =
        gradients.stream()
            .flatMap(g -> g.saved().stream())
            .map(BodyGradient.Saved::argument)
            .filter(argument -> argument >= 0)
            .distinct()
            .toList();
    needed.forEach(argument -> given.add(tensors.get(argument + 1)));
    for (int i = 0; i < kept.size(); i++) {
      given.add(node.getName() + ":" + (outputs.size() + i));
    }
    List<DataType> taken = given.stream().map(graph::type).toList();
    List<DataType> results = inputs.stream().map(i -> graph.type(tensors.get(i))).toList();
    List<String> functions = new ArrayList<>();
    for (int branch = 0; branch < gradients.size(); branch++) {
      functions.add(backwardBranch(gradients, branch, needed, taken, results));
    }
    NodeDef.Builder gradient = NodeDef.newBuilder().setOp(node.getOp());
    gradient.addInput(tensors.get(0)).addAllInput(given);
    AttrValue lowered = node.getAttrMap().get("_lower_using_switch_merge");
    if (lowered != null) {
      gradient.putAttr("_lower_using_switch_merge", lowered);
    }
    AttrValue condition = node.getAttrMap().get("Tcond");
    if (condition != null) {
      gradient.putAttr("Tcond", condition);
    }
    gradient.putAttr("Tin", GraphEditor.types(taken));
    gradient.putAttr("Tout", GraphEditor.types(results));
    setBranches(gradient, functions);
    return graph.add(
        node.getName() + "/gradient",
        gradient.getOp(),
        gradient.getInputList(),
        gradient.getAttrMap());
  }

  private String backwardBranch(
      List<BodyGradient> gradients,
      int branch,
      List<Integer> needed,
      List<DataType> taken,
      List<DataType> results) {
    BodyGradient gradient = gradients.get(branch);
    GraphEditor inner = new GraphEditor(gradient.backward());
    GraphToFunction arguments = new GraphToFunction(inner);
    gradient.incoming().forEach(arguments::argument);
    Map<Integer, String> loaded = new HashMap<>();
    int position = taken.size() - kept.size();
    for (int other = 0; other < gradients.size(); other++) {
      List<BodyGradient.Saved> saved = gradients.get(other).saved();
      for (int i = 0; i < saved.size(); i++) {
        int argument = saved.get(i).argument();
        int at = argument < 0 ? position++ : incoming.size() + needed.indexOf(argument);
        if (other == branch) {
          loaded.put(at, gradient.loaded().get(i));
        }
      }
    }
    for (int i = incoming.size(); i < taken.size(); i++) {
      String placeholder = loaded.get(i);
      if (placeholder != null) {
        arguments.argument(placeholder);
      } else {
        arguments.argument("other", taken.get(i));
      }
    }
    for (int i = 0; i < results.size(); i++) {
      arguments.result(gradient.gradients().get(i), results.get(i));
    }
    return add(arguments, "_gradient_branch_" + branch);
  }
}
