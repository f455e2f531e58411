// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/** Which functions of a library are called, by nodes and by each other. */
@Internal
public final class FunctionCalls {

  private FunctionCalls() {}

  /**
   * The names that a node may call a function by: its op, the functions it is given, those that
   * these are given, and its texts.
   */
  public static List<String> names(NodeDef node) {
    List<String> names = names(node.getAttrMap().values());
    names.add(0, node.getOp());
    return names;
  }

  /** The names that attributes may call a function by. */
  static List<String> names(Collection<AttrValue> attributes) {
    List<String> names = new ArrayList<>();
    Deque<AttrValue> open = new ArrayDeque<>(attributes);
    while (!open.isEmpty()) {
      AttrValue attribute = open.remove();
      if (!attribute.getS().isEmpty()) {
        names.add(attribute.getS().toStringUtf8());
      }
      attribute.getList().getSList().forEach(s -> names.add(s.toStringUtf8()));
      add(attribute.getFunc(), names, open);
      attribute.getList().getFuncList().forEach(f -> add(f, names, open));
    }
    return names;
  }

  private static void add(NameAttrList function, List<String> names, Deque<AttrValue> open) {
    names.add(function.getName());
    open.addAll(function.getAttrMap().values());
  }

  /** The functions of these names and all that they call; other names are no functions. */
  public static Set<String> reached(Collection<String> names, Map<String, FunctionDef> library) {
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
