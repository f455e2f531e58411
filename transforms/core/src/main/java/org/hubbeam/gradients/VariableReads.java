// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/** The nodes that read a variable. */
final class VariableReads {

  private static final Set<String> GATHERS = Set.of("ResourceGather", "ResourceGatherNd");

  /** What gives a resource on, loops of TF1 included. */
  private static final Set<String> PASSING =
      Set.of("Identity", "Enter", "Exit", "Merge", "NextIteration", "Switch");

  private VariableReads() {}

  /** The nodes whose first output is the variable, or a part of it. */
  static List<NodeDef> of(GraphFlow flow, String variable) {
    List<NodeDef> reads = new ArrayList<>();
    for (String handle : handles(flow, variable)) {
      for (NodeDef node : flow.consumers(handle)) {
        if (node.getOp().equals("ReadVariableOp") || GATHERS.contains(node.getOp())) {
          reads.add(node);
        }
      }
    }
    return reads;
  }

  /** The loops and branches that read the variable inside, because they also change it. */
  static List<NodeDef> inside(GraphFlow flow, String variable) {
    List<NodeDef> nodes = new ArrayList<>();
    for (String handle : handles(flow, variable)) {
      for (NodeDef node : flow.consumers(handle)) {
        if (flow.readsInside(node, GraphFlow.inputs(node).indexOf(handle))) {
          nodes.add(node);
        }
      }
    }
    return nodes;
  }

  /** Why there is no gradient where a loop or branch reads a variable inside. */
  static String changes(NodeDef node) {
    return node.getOp() + " changes the variable that it reads";
  }

  /** The tensors that are the variable's resource. */
  private static Set<String> handles(GraphFlow flow, String variable) {
    Set<String> handles = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(variable + ":0"));
    while (!open.isEmpty()) {
      String handle = open.remove();
      if (!handles.add(handle)) {
        continue;
      }
      for (NodeDef node : flow.consumers(handle)) {
        if (PASSING.contains(node.getOp())) {
          open.add(node.getName() + ":0");
          open.add(node.getName() + ":1");
        }
      }
    }
    return handles;
  }

  /** Whether a node reads rows of a variable. */
  static boolean isRows(NodeDef read) {
    return read.getOp().equals("ResourceGather") && !isBatched(read);
  }

  /** Whether a node gathers with batch dimensions. */
  static boolean isBatched(NodeDef node) {
    return node.getOp().equals("ResourceGather")
        && node.getAttrMap().containsKey("batch_dims")
        && node.getAttrOrThrow("batch_dims").getI() != 0;
  }
}
