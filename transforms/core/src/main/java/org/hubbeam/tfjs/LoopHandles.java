// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.gradients.FunctionBodyGraph;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.gradients.GraphToFunction;
import org.hubbeam.model.Protos;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * Loops and branches still get the handles of variables whose values are read before. A number
 * stands for each.
 */
final class LoopHandles {

  private static final AttrValue NUMBER = Protos.attr(DataType.DT_INT32);

  private LoopHandles() {}

  static FrozenGraph dropped(FrozenGraph frozen) {
    GraphEditor editor = new GraphEditor(frozen.graph());
    Set<String> handles = new HashSet<>();
    for (NodeDef node : List.copyOf(editor.nodes())) {
      if (node.getOp().equals("VarHandleOp")) {
        handles.add(node.getName());
      }
    }
    if (handles.isEmpty()) {
      return frozen;
    }
    drop(editor, handles);
    for (String handle : handles) {
      NodeDef zero = editor.node(editor.scalar(handle + "/dropped", 0));
      editor.remove(zero.getName());
      editor.put(zero.toBuilder().setName(handle).build());
    }
    return frozen.with(editor.graph());
  }

  /** Gives loops and branches numbers for some nodes, which are handles. */
  private static void drop(GraphEditor editor, Set<String> handles) {
    for (NodeDef node : List.copyOf(editor.nodes())) {
      if (node.getOp().equals("Identity") && isHandle(node.getInput(0), handles, editor)) {
        editor.put(node.toBuilder().putAttr("T", NUMBER).build());
      }
    }
    for (NodeDef node : List.copyOf(editor.nodes())) {
      boolean loop = node.containsAttr("cond") && node.containsAttr("body");
      boolean branch = node.containsAttr("then_branch");
      if (!loop && !branch) {
        continue;
      }
      List<String> inputs = GraphFlow.inputs(node);
      int first = loop ? 0 : 1;
      Set<Integer> dropped = new HashSet<>();
      for (int i = first; i < inputs.size(); i++) {
        if (isHandle(inputs.get(i), handles, editor)) {
          dropped.add(i - first);
        }
      }
      if (dropped.isEmpty()) {
        continue;
      }
      String types = loop ? "T" : "Tin";
      List<DataType> changed = new ArrayList<>(node.getAttrOrThrow(types).getList().getTypeList());
      dropped.forEach(i -> changed.set(i, DataType.DT_INT32));
      NodeDef.Builder copy = node.toBuilder().putAttr(types, Protos.types(changed));
      for (String attribute : FrozenGraph.BODIES) {
        if (node.containsAttr(attribute)) {
          FunctionDef function = editor.function(node, attribute);
          copy.putAttr(attribute, GraphEditor.functionAttr(body(editor, function, dropped)));
        }
      }
      editor.put(copy.build());
    }
  }

  private static boolean isHandle(String tensor, Set<String> handles, GraphEditor editor) {
    String node = GraphFlow.producer(tensor);
    while (editor.has(node) && editor.node(node).getOp().equals("Identity")) {
      node = GraphFlow.producer(editor.node(node).getInput(0));
    }
    return handles.contains(node);
  }

  private static String body(GraphEditor editor, FunctionDef function, Set<Integer> dropped) {
    FunctionBodyGraph body = FunctionBodyGraph.of(function, editor.library());
    GraphEditor inner = new GraphEditor(body.graph());
    Set<String> handles = new HashSet<>();
    for (int i : dropped) {
      String argument = body.arguments().get(i);
      handles.add(argument);
      inner.put(inner.node(argument).toBuilder().putAttr("dtype", NUMBER).build());
    }
    drop(inner, handles);
    editor.addFunctions(inner.library().getFunctionList());
    GraphToFunction out = new GraphToFunction(inner);
    body.arguments().forEach(out::argument);
    body.results().forEach(r -> out.result(r, inner.type(r)));
    FunctionDef changed = out.function(editor, function.getSignature().getName());
    editor.addFunctions(List.of(changed));
    return changed.getSignature().getName();
  }
}
