// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/** The nodes that read a variable. */
final class VariableReads {

  private static final Set<String> GATHERS = Set.of("ResourceGather", "ResourceGatherNd");

  private VariableReads() {}

  /** The nodes whose first output is the variable, or a part of it. */
  static List<NodeDef> of(GraphFlow flow, String variable) {
    List<NodeDef> reads = new ArrayList<>();
    Deque<String> handles = new ArrayDeque<>(List.of(variable + ":0"));
    while (!handles.isEmpty()) {
      String handle = handles.remove();
      for (NodeDef node : flow.consumers(handle)) {
        if (node.getOp().equals("Identity")) {
          handles.add(node.getName() + ":0");
        } else if (node.getOp().equals("ReadVariableOp") || GATHERS.contains(node.getOp())) {
          reads.add(node);
        }
      }
    }
    return reads;
  }

  /** Whether a node reads rows of a variable. */
  static boolean isRows(NodeDef read) {
    return read.getOp().equals("ResourceGather")
        && read.getAttrMap()
                .getOrDefault("batch_dims", org.tensorflow.proto.AttrValue.getDefaultInstance())
                .getI()
            == 0;
  }
}
