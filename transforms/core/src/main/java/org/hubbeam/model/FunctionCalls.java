// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/** Which functions of a library are called, by nodes and by each other. */
final class FunctionCalls {

  private FunctionCalls() {}

  /** The names that a node may call a function by: its op and the functions it is given. */
  static List<String> names(NodeDef node) {
    List<String> names = new ArrayList<>(List.of(node.getOp()));
    for (AttrValue attribute : node.getAttrMap().values()) {
      names.add(attribute.getFunc().getName());
      attribute.getList().getFuncList().forEach(f -> names.add(f.getName()));
    }
    return names;
  }

  /** The functions of these names and all that they call; other names are no functions. */
  static Set<String> reached(Collection<String> names, Map<String, FunctionDef> library) {
    ArrayDeque<String> queue = new ArrayDeque<>(names);
    Set<String> reached = new LinkedHashSet<>();
    while (!queue.isEmpty()) {
      FunctionDef function = library.get(queue.remove());
      if (function != null && reached.add(function.getSignature().getName())) {
        function.getNodeDefList().forEach(n -> queue.addAll(names(n)));
      }
    }
    return reached;
  }
}
