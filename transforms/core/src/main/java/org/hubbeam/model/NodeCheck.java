// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Checks the nodes of a graph or of a function: their names, attributes and inputs, and that no
 * node waits for itself. Operations that are not known here are taken as they are.
 */
abstract class NodeCheck {

  /** Functions, which have names of other kinds, are known. */
  private static final Pattern OPERATION = Pattern.compile("[A-Za-z0-9_.\\/>-]{1,200}");

  private static final Set<String> MERGES = Set.of("Merge", "RefMerge", "_XlaMerge");
  private static final Set<String> NEXT = Set.of("NextIteration", "RefNextIteration");

  private final OpDefs ops;
  private final ValueCheck values;
  private final List<NodeDef> nodes;
  private final Map<String, Integer> numbers;
  private final IdentityHashMap<NodeDef, Integer> outputs = new IdentityHashMap<>();

  NodeCheck(OpDefs ops, ValueCheck values, List<NodeDef> nodes) {
    this.ops = ops;
    this.values = values;
    this.nodes = nodes;
    this.numbers = new HashMap<>(nodes.size() * 2);
  }

  /**
   * How many tensors an input stands for.
   *
   * @throws Flaw when it names nothing
   */
  abstract int tensors(String input);

  /** The node that an input, not a control input, comes from; null for an argument. */
  abstract @Nullable String producer(String input);

  /** Whether nodes can wait for something that is no node. */
  abstract boolean isArgument(String name);

  void check() {
    for (NodeDef node : nodes) {
      if (!isNodeName(node.getName())) {
        throw new Flaw(Flaw.name(node.getName()) + " is no name of a node");
      }
      if (numbers.put(node.getName(), numbers.size()) != null) {
        throw new Flaw("two nodes have the name " + Flaw.name(node.getName()));
      }
    }
    for (NodeDef node : nodes) {
      try {
        check(node);
      } catch (Flaw e) {
        throw e.in(place(node));
      }
    }
    checkOrder();
  }

  /** TensorFlow's rule, with the names that it gives to nodes of functions itself. */
  private static boolean isNodeName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean inner = i > 0 && (c == '/' || c == '-' || c == '>' || c == '\\');
      if (!inner && c != '_' && c != '.' && !isLetterOrDigit(c)) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isLetterOrDigit(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  private static String place(NodeDef node) {
    return "the node " + Flaw.name(node.getName()) + " (" + Flaw.name(node.getOp()) + ")";
  }

  private void check(NodeDef node) {
    for (Map.Entry<String, AttrValue> attribute : node.getAttrMap().entrySet()) {
      if (attribute.getKey().isEmpty()) {
        throw new Flaw("has an attribute without a name");
      }
      try {
        values.attribute(attribute.getValue());
      } catch (Flaw e) {
        throw e.in("the attribute " + Flaw.name(attribute.getKey()));
      }
    }
    OpDef op = ops.find(node.getOp());
    if (op == null && !OPERATION.matcher(node.getOp()).matches()) {
      throw new Flaw("this is no name of an operation");
    }
    if (op != null) {
      Arity.checkAttributes(node, op);
      Arity.checkConstant(node);
      outputs(node, op);
    }
    int given = inputs(node);
    int taken = op == null ? Arity.UNKNOWN : Arity.of(node, op, op.getInputArgList());
    if (given != Arity.UNKNOWN && taken != Arity.UNKNOWN && given != taken) {
      throw new Flaw(
          "has " + given + " inputs; the operation " + Flaw.name(node.getOp()) + " takes " + taken);
    }
  }

  /** The tensors that a node is given. */
  private int inputs(NodeDef node) {
    int given = 0;
    boolean control = false;
    for (String input : node.getInputList()) {
      if (input.startsWith("^")) {
        control = true;
        requireNode(input.substring(1));
        continue;
      }
      if (control) {
        throw new Flaw("the input " + Flaw.name(input) + " comes after a control input");
      }
      int tensors = tensors(input);
      given = given == Arity.UNKNOWN || tensors == Arity.UNKNOWN ? Arity.UNKNOWN : given + tensors;
    }
    return given;
  }

  void requireNode(String name) {
    if (!numbers.containsKey(name) && !isArgument(name)) {
      throw new Flaw("there is no node " + Flaw.name(name));
    }
  }

  /** A node; null when there is none of the name. */
  @Nullable NodeDef node(String name) {
    Integer number = numbers.get(name);
    return number == null ? null : nodes.get(number);
  }

  /** How many outputs a node has. */
  int outputs(NodeDef node, OpDef op) {
    Integer known = outputs.get(node);
    if (known == null) {
      known = Arity.of(node, op, op.getOutputArgList());
      outputs.put(node, known);
    }
    return known;
  }

  /** The definition of a node's operation; null when it is not known. */
  @Nullable OpDef op(NodeDef node) {
    return ops.find(node.getOp());
  }

  ValueCheck values() {
    return values;
  }

  /** Checks that the nodes can run in some order, loops aside. */
  private void checkOrder() {
    int[] waiting = new int[nodes.size()];
    List<List<Integer>> followers = new ArrayList<>(nodes.size());
    nodes.forEach(n -> followers.add(new ArrayList<>(2)));
    for (int i = 0; i < nodes.size(); i++) {
      for (String input : nodes.get(i).getInputList()) {
        Integer producer = number(input);
        if (producer != null && !isBackEdge(nodes.get(producer), nodes.get(i))) {
          followers.get(producer).add(i);
          waiting[i]++;
        }
      }
    }
    ArrayDeque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < waiting.length; i++) {
      if (waiting[i] == 0) {
        ready.add(i);
      }
    }
    int done = 0;
    while (!ready.isEmpty()) {
      done++;
      for (int follower : followers.get(ready.remove())) {
        if (--waiting[follower] == 0) {
          ready.add(follower);
        }
      }
    }
    if (done < nodes.size()) {
      throw new Flaw(place(waitingForItself(waiting)) + " waits for itself");
    }
  }

  /** The number of the node that an input comes from; null for an argument. */
  private @Nullable Integer number(String input) {
    return numbers.get(input.startsWith("^") ? input.substring(1) : producer(input));
  }

  /** Whether this edge closes a loop. */
  static boolean isBackEdge(NodeDef from, NodeDef to) {
    return NEXT.contains(from.getOp()) && MERGES.contains(to.getOp());
  }

  /** A node on a cycle: going back from a node that waits leads to one. */
  private NodeDef waitingForItself(int[] waiting) {
    int at = 0;
    while (waiting[at] == 0) {
      at++;
    }
    Set<Integer> seen = new HashSet<>();
    while (seen.add(at)) {
      for (String input : nodes.get(at).getInputList()) {
        Integer producer = number(input);
        if (producer != null
            && waiting[producer] > 0
            && !isBackEdge(nodes.get(producer), nodes.get(at))) {
          at = producer;
          break;
        }
      }
    }
    return nodes.get(at);
  }
}
