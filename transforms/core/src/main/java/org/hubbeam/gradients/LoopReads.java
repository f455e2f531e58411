// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * Takes the reads of variables out of loops and branches: a variable that is only read in there is
 * read before, and its value passed in. Rows that are gathered in there are gathered of that value.
 */
@Internal
public final class LoopReads {

  private static final Set<String> READS =
      Set.of("ReadVariableOp", "ResourceGather", "ResourceGatherNd");

  /** What looks at a variable without its value and without changing it. */
  private static final Set<String> HARMLESS =
      Set.of("Identity", "VariableShape", "VarIsInitializedOp");

  private final GraphEditor graph;

  private LoopReads(GraphEditor graph) {
    this.graph = graph;
  }

  /**
   * The graph with reads taken out, calls in bodies of loops and branches inlined.
   *
   * @param graph without calls
   */
  public static GraphDef takenOut(GraphDef graph) {
    GraphEditor editor = new GraphEditor(graph);
    new LoopReads(editor).takeOut();
    return editor.graph();
  }

  /** The arguments of a function that are floating variables which it reads, all told. */
  static Set<Integer> left(String function, FunctionDefLibrary library) {
    GraphEditor graph = new GraphEditor(GraphDef.newBuilder().setLibrary(library).build());
    Body body = new LoopReads(graph).new Body(graph.function(function));
    Set<Integer> left = new HashSet<>(body.reads().keySet());
    left.addAll(body.readDeeper());
    return left;
  }

  private void takeOut() {
    for (NodeDef node : List.copyOf(graph.nodes())) {
      if (ControlFlowCalls.LOOPS.contains(node.getOp())) {
        takeOutOfLoop(node);
      } else if (ControlFlowCalls.BRANCHES.contains(node.getOp())) {
        takeOutOfBranches(node);
      }
    }
  }

  private void takeOutOfLoop(NodeDef node) {
    Body body = new Body(graph.function(node, "body"));
    List<String> tensors = GraphFlow.inputs(node);
    Map<Integer, DataType> read = readOnly(tensors, List.of(body), 0);
    read.keySet().removeIf(i -> !body.passes(i));
    List<DataType> types = new ArrayList<>(graph.inputs(node));
    NodeDef.Builder changed = node.toBuilder().clearInput().addAllInput(tensors);
    FunctionDef.Builder condition = graph.function(node, "cond").toBuilder();
    AttrValue shapes = node.getAttrMap().get("output_shapes");
    AttrValue.Builder moreShapes = shapes == null ? null : shapes.toBuilder();
    read.forEach(
        (argument, type) -> {
          body.give(argument, type);
          body.arguments.result(body.values.get(argument) + ":0", type);
          types.add(type);
          changed.addInput(read(node, argument, type));
          condition
              .getSignatureBuilder()
              .addInputArgBuilder()
              .setName("read_before_" + argument)
              .setType(type);
          if (moreShapes != null && moreShapes.getList().getShapeCount() > 0) {
            moreShapes.getListBuilder().addShapeBuilder().setUnknownRank(true);
          }
        });
    changed.addAllInput(GraphEditor.controls(node));
    changed.putAttr("T", GraphEditor.types(types));
    if (moreShapes != null) {
      changed.putAttr("output_shapes", moreShapes.build());
    }
    if (!read.isEmpty()) {
      changed.removeAttr("_output_shapes");
      condition
          .getSignatureBuilder()
          .setName(
              graph.freeFunction(node.getName().replaceAll("[^A-Za-z0-9_]", "_") + "_condition"));
      graph.addFunctions(List.of(condition.build()));
      changed.putAttr("cond", GraphEditor.functionAttr(condition.getSignature().getName()));
    }
    changed.putAttr("body", GraphEditor.functionAttr(body.add(node.getName() + "_body")));
    graph.put(changed.build());
  }

  private void takeOutOfBranches(NodeDef node) {
    List<Body> bodies =
        BranchGradients.branches(node).stream().map(b -> new Body(graph.function(b))).toList();
    List<String> tensors = GraphFlow.inputs(node);
    Map<Integer, DataType> read = readOnly(tensors, bodies, 1);
    List<DataType> types = new ArrayList<>(graph.inputs(node));
    NodeDef.Builder changed = node.toBuilder().clearInput().addAllInput(tensors);
    read.forEach(
        (argument, type) -> {
          bodies.forEach(b -> b.give(argument, type));
          types.add(type);
          changed.addInput(read(node, argument + 1, type));
        });
    changed.addAllInput(GraphEditor.controls(node));
    changed.putAttr("Tin", GraphEditor.types(types.subList(1, types.size())));
    List<String> functions = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      functions.add(bodies.get(i).add(node.getName() + "_branch_" + i));
    }
    BranchGradients.setBranches(changed, functions);
    graph.put(changed.build());
  }

  /** Adds a read before a node of what it passes as an argument. */
  private String read(NodeDef node, int input, DataType type) {
    List<String> inputs = new ArrayList<>();
    inputs.add(node.getInput(input));
    inputs.addAll(GraphEditor.controls(node));
    return graph.add(
        node.getName() + "/read",
        "ReadVariableOp",
        inputs,
        Map.of("dtype", GraphEditor.attr(type)));
  }

  /**
   * The arguments that are floating variables, read by some function and changed by none.
   *
   * @param skipped how many inputs of the node are no arguments
   */
  private static Map<Integer, DataType> readOnly(
      List<String> inputs, List<Body> functions, int skipped) {
    Map<Integer, DataType> read = new TreeMap<>();
    Set<String> changed = new HashSet<>();
    for (Body function : functions) {
      function.reads().forEach(read::put);
      function.changed().forEach(i -> changed.add(inputs.get(i + skipped)));
    }
    read.keySet().removeIf(i -> changed.contains(inputs.get(i + skipped)));
    return read;
  }

  /** A function of a loop or branch, reads taken out of those in it. */
  private final class Body {

    private final FunctionBodyGraph function;
    private final GraphEditor inner;
    private final GraphToFunction arguments;
    private final Map<Integer, String> values = new LinkedHashMap<>();

    Body(FunctionDef definition) {
      FunctionBodyGraph inlined = FunctionBodyGraph.of(definition, graph.library());
      GraphDef taken = takenOut(inlined.graph());
      function = new FunctionBodyGraph(taken, inlined.arguments(), inlined.results());
      inner = new GraphEditor(taken);
      arguments = new GraphToFunction(inner);
      function.arguments().forEach(arguments::argument);
      function.results().forEach(r -> arguments.result(r, inner.type(r)));
    }

    /** The argument that a tensor is, passed through identities; -1 for none. */
    private int argument(String tensor) {
      String node = GraphFlow.producer(tensor);
      while (inner.node(node).getOp().equals("Identity")) {
        node = GraphFlow.producer(inner.node(node).getInput(0));
      }
      return function.arguments().indexOf(node);
    }

    /** Whether a loop gets an argument back as it was. */
    boolean passes(int argument) {
      return argument(function.results().get(argument)) == argument;
    }

    Map<Integer, DataType> reads() {
      Map<Integer, DataType> reads = new HashMap<>();
      for (NodeDef node : inner.nodes()) {
        if (READS.contains(node.getOp())) {
          int argument = argument(node.getInput(0));
          DataType type = node.getAttrOrThrow("dtype").getType();
          if (argument >= 0 && NodeTypes.isSmooth(type)) {
            reads.put(argument, type);
          }
        }
      }
      return reads;
    }

    /** The arguments that loops and branches of the function read. */
    Set<Integer> readDeeper() {
      GraphFlow flow = new GraphFlow(inner.graph());
      Set<Integer> read = new HashSet<>();
      for (NodeDef node : inner.nodes()) {
        List<String> tensors = GraphFlow.inputs(node);
        for (int i = 0; i < tensors.size(); i++) {
          if (inner.type(tensors.get(i)) == DataType.DT_RESOURCE && flow.readsInside(node, i)) {
            read.add(argument(tensors.get(i)));
          }
        }
      }
      return read;
    }

    /** The arguments that something is done to other than reading and passing on. */
    Set<Integer> changed() {
      Set<Integer> changed = new HashSet<>();
      for (NodeDef node : inner.nodes()) {
        if (READS.contains(node.getOp()) || HARMLESS.contains(node.getOp())) {
          continue;
        }
        List<String> tensors = GraphFlow.inputs(node);
        for (int i = 0; i < tensors.size(); i++) {
          if (inner.type(tensors.get(i)) == DataType.DT_RESOURCE && changes(node, i)) {
            changed.add(argument(tensors.get(i)));
          }
        }
      }
      changed.remove(-1);
      return changed;
    }

    private boolean changes(NodeDef node, int input) {
      List<String> called;
      int argument = input;
      if (ControlFlowCalls.LOOPS.contains(node.getOp())) {
        called = List.of(functionName(node, "body"), functionName(node, "cond"));
      } else if (ControlFlowCalls.BRANCHES.contains(node.getOp())) {
        called = BranchGradients.branches(node);
        argument = input - 1;
      } else {
        return true;
      }
      for (String name : called) {
        FunctionDef definition = inner.function(name);
        if (new LoopReads(inner).new Body(definition).changed().contains(argument)) {
          return true;
        }
      }
      return false;
    }

    /** Gives an argument's value as a further argument, and reads that. */
    void give(int argument, DataType type) {
      String value = arguments.argument("read_before", type);
      values.put(argument, value);
      for (NodeDef node : List.copyOf(inner.nodes())) {
        if (READS.contains(node.getOp()) && argument(node.getInput(0)) == argument) {
          inner.put(readOf(value, node, type));
        }
      }
    }

    private NodeDef readOf(String value, NodeDef read, DataType type) {
      NodeDef.Builder out = NodeDef.newBuilder().setName(read.getName()).addInput(value);
      if (read.getOp().equals("ReadVariableOp")) {
        out.setOp("Identity").putAttr("T", GraphEditor.attr(type));
      } else {
        out.addInput(read.getInput(1));
        out.putAttr("Tparams", GraphEditor.attr(type));
        out.putAttr("Tindices", read.getAttrOrThrow("Tindices"));
        if (read.getOp().equals("ResourceGatherNd")) {
          out.setOp("GatherNd");
        } else {
          AttrValue dims = read.getAttrOrDefault("batch_dims", GraphEditor.attr(0));
          out.setOp("GatherV2")
              .addInput(inner.scalar(read.getName() + "/axis", (int) dims.getI()))
              .putAttr("Taxis", GraphEditor.attr(DataType.DT_INT32))
              .putAttr("batch_dims", dims);
        }
      }
      return out.addAllInput(GraphEditor.controls(read)).build();
    }

    /** Adds the function to the graph; its name. */
    String add(String name) {
      graph.addFunctions(inner.library().getFunctionList());
      FunctionDef definition = arguments.function(graph, name);
      graph.addFunctions(List.of(definition));
      return definition.getSignature().getName();
    }
  }

  private static String functionName(NodeDef node, String attribute) {
    NameAttrList function = node.getAttrOrThrow(attribute).getFunc();
    return function.getName();
  }
}
