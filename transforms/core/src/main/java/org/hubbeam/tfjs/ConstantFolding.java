// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.model.GraphSession;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.OpDefs;
import org.hubbeam.model.Protos;
import org.hubbeam.model.TensorProtos;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Computes once, by TensorFlow itself, what depends on no input: not what draws numbers at random
 * or keeps something, and not what would make the model much larger.
 */
final class ConstantFolding {

  /** They give more than they take. */
  private static final Set<String> GROWING =
      Set.of(
          "Fill",
          "Tile",
          "BroadcastTo",
          "Range",
          "OneHot",
          "LinSpace",
          "Pad",
          "PadV2",
          "Ones",
          "Zeros");

  private static final Set<String> OF_SHAPES = Set.of("Shape", "Size", "Rank");
  private static final Pattern NEVER =
      Pattern.compile(
          "Const|Placeholder.*|.*Random.*|.*Table.*|TensorList.*|TensorArray.*|Stateless.*|While|If"
              + "|Case|Enter|Exit|Switch|Merge|NextIteration|LoopCond|Multinomial|TruncatedNormal"
              + "|Print.*|Assert|NoOp|_.*|Empty.*");

  private static final int LARGEST_GROWN = 1 << 14;

  /** How many bytes more than the constants that it is computed from a constant may take. */
  private static final int LARGEST_GROWTH = 4 << 20;

  private final FrozenGraph frozen;
  private final GraphEditor graph;
  private final Map<String, NodeDef> folded = new LinkedHashMap<>();

  private ConstantFolding(FrozenGraph frozen) {
    this.frozen = frozen;
    this.graph = new GraphEditor(frozen.graph());
  }

  static FrozenGraph of(FrozenGraph graph) {
    FrozenGraph mapped = graph.mapBodies(ConstantFolding::of);
    ConstantFolding folding = new ConstantFolding(mapped);
    folding.foldShapes();
    return folding.fold();
  }

  /** Puts in place of the shape of a tensor what is known of it before any call. */
  private void foldShapes() {
    Map<String, Shape> shapes = KnownShapes.ofInputs(graph.graph(), OF_SHAPES, 0);
    for (NodeDef node : List.copyOf(graph.nodes())) {
      Shape shape = shapes.get(node.getName());
      if (shape != null) {
        Array.Dense value = value(node, shape);
        if (value != null) {
          putConstant(node.getName(), value);
        }
      }
    }
    for (NodeDef node : List.copyOf(graph.nodes())) {
      if (node.getOp().equals("StridedSlice")) {
        sliceOfShape(node, shapes);
      }
    }
  }

  private static Array.@Nullable Dense value(NodeDef node, Shape shape) {
    boolean wide =
        node.containsAttr("out_type")
            && node.getAttrOrThrow("out_type").getType() == DataType.DT_INT64;
    long[] dims = shape.asArray();
    if (node.getOp().equals("Rank")) {
      return Array.Dense.scalar(Values.of(new int[] {dims.length}));
    }
    if (shape.hasUnknownDimension()) {
      return null;
    }
    if (node.getOp().equals("Size")) {
      return Array.Dense.scalar(numbers(new long[] {shape.size()}, wide));
    }
    return Array.Dense.vector(numbers(dims, wide));
  }

  private static Values numbers(long[] values, boolean wide) {
    if (wide) {
      return Values.of(values);
    }
    int[] narrow = new int[values.length];
    java.util.Arrays.setAll(narrow, i -> Math.toIntExact(values[i]));
    return Values.of(narrow);
  }

  /** One known dimension of a shape that has unknown ones. */
  private void sliceOfShape(NodeDef slice, Map<String, Shape> shapes) {
    NodeDef node = Attributes.complete(slice);
    Shape shape = shapes.get(GraphFlow.producer(node.getInput(0)));
    boolean one =
        node.getAttrOrThrow("shrink_axis_mask").getI() == 1
            && node.getAttrOrThrow("new_axis_mask").getI() == 0
            && node.getAttrOrThrow("ellipsis_mask").getI() == 0;
    NodeDef begin = graph.node(GraphFlow.producer(node.getInput(1)));
    NodeDef source = graph.node(GraphFlow.producer(node.getInput(0)));
    if (shape == null
        || !one
        || !begin.getOp().equals("Const")
        || !source.getOp().equals("Shape")) {
      return;
    }
    Values.Numbers at =
        (Values.Numbers) TensorProtos.decode(begin.getAttrOrThrow("value").getTensor()).values();
    if (at.size() != 1) {
      return;
    }
    int rank = shape.numDimensions();
    int index = (int) (at.getLong(0) < 0 ? at.getLong(0) + rank : at.getLong(0));
    if (index < 0 || index >= rank || shape.get(index) < 0) {
      return;
    }
    boolean wide = node.getAttrOrThrow("T").getType() == DataType.DT_INT64;
    putConstant(node.getName(), Array.Dense.scalar(numbers(new long[] {shape.get(index)}, wide)));
  }

  private void putConstant(String name, Array.Dense value) {
    graph.put(constant(name, value));
  }

  static NodeDef constant(String name, Array.Dense value) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", Protos.attr(value.dtype().proto()))
        .putAttr("value", Protos.attr(Protos.tensor(value)))
        .build();
  }

  private FrozenGraph fold() {
    Set<String> constant = new LinkedHashSet<>();
    boolean more = true;
    while (more) {
      more = false;
      for (NodeDef node : graph.nodes()) {
        if (!constant.contains(node.getName()) && isConstant(node, constant)) {
          constant.add(node.getName());
          more = true;
        }
      }
    }
    Set<String> wanted = new LinkedHashSet<>();
    for (NodeDef node : graph.nodes()) {
      if (!constant.contains(node.getName())) {
        GraphFlow.inputs(node).stream().filter(t -> isComputed(t, constant)).forEach(wanted::add);
      }
    }
    frozen.outputs().stream()
        .map(Port::tensor)
        .filter(t -> isComputed(t, constant))
        .forEach(wanted::add);
    if (wanted.isEmpty()) {
      return frozen.with(graph.graph());
    }
    return replaced(List.copyOf(wanted), constant);
  }

  private boolean isComputed(String tensor, Set<String> constant) {
    return constant.contains(GraphFlow.producer(tensor))
        && !graph.node(GraphFlow.producer(tensor)).getOp().equals("Const");
  }

  private boolean isConstant(NodeDef node, Set<String> constant) {
    if (node.getOp().equals("Const")) {
      return true;
    }
    if (NEVER.matcher(node.getOp()).matches() || isStateful(node)) {
      return false;
    }
    for (String input : node.getInputList()) {
      if (input.startsWith("^") || !constant.contains(GraphFlow.producer(input))) {
        return false;
      }
    }
    if (graph.outputs(node).stream()
        .anyMatch(t -> t == DataType.DT_RESOURCE || t == DataType.DT_VARIANT)) {
      return false;
    }
    return !GROWING.contains(node.getOp()) || isSmall(node);
  }

  private static boolean isStateful(NodeDef node) {
    OpDef op = OpDefs.registered().find(node.getOp());
    return op == null || op.getIsStateful();
  }

  /** Whether what an operation gives is small, as far as its inputs tell. */
  private boolean isSmall(NodeDef node) {
    double size = 1;
    for (String input : node.getInputList()) {
      NodeDef given = graph.node(GraphFlow.producer(input));
      if (!given.getOp().equals("Const")) {
        return false;
      }
      Array.Dense value = TensorProtos.decode(given.getAttrOrThrow("value").getTensor());
      if (!(value.values() instanceof Values.Numbers numbers)) {
        return false;
      }
      size *= Math.max(1, numbers.size());
      if (!value.dtype().isComplex()) {
        for (int i = 0; i < Math.min(16, numbers.size()); i++) {
          size *= Math.max(1, Math.abs(numbers.getDouble(i)));
        }
      }
    }
    return size <= LARGEST_GROWN;
  }

  private FrozenGraph replaced(List<String> wanted, Set<String> constant) {
    GraphDef.Builder part = graph.graph().toBuilder().clearNode().clearLibrary();
    graph.nodes().stream().filter(n -> constant.contains(n.getName())).forEach(part::addNode);
    Map<String, String> names = new HashMap<>();
    computed(part.build(), wanted)
        .forEach(
            (tensor, value) -> {
              String name = GraphFlow.producer(tensor) + "/folded_" + GraphEditor.index(tensor);
              NodeDef node = constant(name, value);
              if (node.getSerializedSize() <= LARGEST_GROWTH
                  || node.getSerializedSize() - sources(tensor) <= LARGEST_GROWTH) {
                names.put(tensor, name + ":0");
                folded.put(name, node);
              }
            });
    GraphDef.Builder out = graph.graph().toBuilder().clearNode();
    folded.values().forEach(out::addNode);
    for (NodeDef node : graph.nodes()) {
      NodeDef.Builder copy = node.toBuilder().clearInput();
      node.getInputList()
          .forEach(
              i ->
                  copy.addInput(
                      i.startsWith("^") ? i : names.getOrDefault(GraphFlow.tensor(i), i)));
      out.addNode(copy);
    }
    List<Port> outputs = new ArrayList<>();
    frozen
        .outputs()
        .forEach(o -> outputs.add(o.withTensor(names.getOrDefault(o.tensor(), o.tensor()))));
    return Cleaning.of(new FrozenGraph(out.build(), frozen.inputs(), outputs, frozen.tables()));
  }

  /** The values of tensors, those left out that cannot be computed: a call may never need them. */
  private static Map<String, Array.Dense> computed(GraphDef part, List<String> wanted) {
    Map<String, Array.Dense> values = new LinkedHashMap<>();
    try (GraphSession session = GraphSession.open(part)) {
      try {
        List<Array.Dense> all = session.run(Map.of(), wanted, List.of());
        for (int i = 0; i < wanted.size(); i++) {
          values.put(wanted.get(i), all.get(i));
        }
      } catch (ModuleException e) {
        for (String tensor : wanted) {
          try {
            values.put(tensor, session.run(Map.of(), List.of(tensor), List.of()).get(0));
          } catch (ModuleException failed) {
            // It stays in the graph, and fails in the calls that reach it.
          }
        }
      }
    }
    values.values().removeIf(v -> v.dtype().isOpaque() && v.dtype() != DType.STRING);
    return values;
  }

  /** The bytes of all constants that a tensor is computed from. */
  private long sources(String tensor) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(GraphFlow.producer(tensor)));
    long bytes = 0;
    while (!open.isEmpty()) {
      String name = open.pop();
      if (seen.add(name)) {
        NodeDef node = graph.node(name);
        bytes += node.getOp().equals("Const") ? node.getSerializedSize() : 0;
        node.getInputList().forEach(i -> open.push(GraphFlow.producer(i)));
      }
    }
    return bytes;
  }
}
