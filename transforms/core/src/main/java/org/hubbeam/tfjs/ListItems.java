// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.model.Protos;
import org.tensorflow.proto.NodeDef;

/**
 * Keeps alive what loops and branches put into lists. When a function ends, the runtime disposes of
 * all tensors that its nodes made, those in lists too, except what the function returns. So an item
 * that is returned as a copy is returned itself, and of any other one {@code hubbeam-ops.js} puts a
 * copy into the list.
 */
final class ListItems {

  /** Marks operations whose item is copied. */
  static final String COPIED = "_hubbeam_copied";

  private ListItems() {}

  static FrozenGraph of(FrozenGraph graph) {
    return graph.mapBodies(ListItems::inBody);
  }

  private static FrozenGraph inBody(FrozenGraph body) {
    FrozenGraph mapped = body.mapBodies(ListItems::inBody);
    GraphEditor graph = new GraphEditor(mapped.graph());
    List<Port> outputs = new ArrayList<>(mapped.outputs());
    for (NodeDef node : List.copyOf(graph.nodes())) {
      int at = item(node);
      if (at < 0) {
        continue;
      }
      String item = GraphFlow.tensor(node.getInput(at));
      String producer = graph.node(GraphFlow.producer(item)).getOp();
      if (!producer.equals("Placeholder")
          && !producer.equals("Const")
          && !returned(item, outputs, graph)) {
        graph.put(node.toBuilder().putAttr(COPIED, Protos.attr(true)).build());
      }
    }
    return new FrozenGraph(graph.graph(), mapped.inputs(), outputs, mapped.tables());
  }

  private static int item(NodeDef node) {
    return switch (node.getOp()) {
      case "TensorListSetItem" -> 2;
      case "TensorListPushBack" -> 1;
      default -> -1;
    };
  }

  private static boolean returned(String item, List<Port> outputs, GraphEditor graph) {
    boolean returned = false;
    for (int i = 0; i < outputs.size(); i++) {
      String tensor = GraphFlow.tensor(outputs.get(i).tensor());
      NodeDef node = graph.node(GraphFlow.producer(tensor));
      while (!tensor.equals(item) && node.getOp().equals("Identity")) {
        tensor = GraphFlow.tensor(node.getInput(0));
        node = graph.node(GraphFlow.producer(tensor));
      }
      if (tensor.equals(item)) {
        outputs.set(i, outputs.get(i).withTensor(item));
        returned = true;
      }
    }
    return returned;
  }
}
