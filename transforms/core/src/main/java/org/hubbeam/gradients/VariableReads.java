// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
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
    Set<String> passed = new HashSet<>();
    Deque<String> handles = new ArrayDeque<>(List.of(variable + ":0"));
    while (!handles.isEmpty()) {
      String handle = handles.remove();
      for (NodeDef node : flow.consumers(handle)) {
        if (PASSING.contains(node.getOp())) {
          if (passed.add(node.getName())) {
            handles.add(node.getName() + ":0");
            handles.add(node.getName() + ":1");
          }
        } else if (node.getOp().equals("ReadVariableOp") || GATHERS.contains(node.getOp())) {
          reads.add(node);
        }
      }
    }
    return reads;
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
