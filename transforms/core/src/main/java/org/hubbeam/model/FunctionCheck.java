// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Checks a function of a library. Its nodes name tensors by the outputs of operations: {@code
 * node:output:index}, {@code node:output} for all of a list, {@code argument}.
 */
final class FunctionCheck extends NodeCheck {

  private final FunctionDef function;
  private final Map<String, OpDef.ArgDef> arguments = new HashMap<>();
  private final Map<String, Map<String, OpDef.ArgDef>> named = new HashMap<>();

  FunctionCheck(OpDefs ops, ValueCheck values, FunctionDef function) {
    super(ops, values, function.getNodeDefList());
    this.function = function;
  }

  @Override
  void check() {
    for (OpDef.ArgDef argument : function.getSignature().getInputArgList()) {
      ValueCheck.dtype(argument.getTypeValue());
      if (arguments.put(argument.getName(), argument) != null) {
        throw new Flaw("two arguments have the name " + Flaw.name(argument.getName()));
      }
    }
    super.check();
    Set<String> outputs = new HashSet<>();
    for (OpDef.ArgDef output : function.getSignature().getOutputArgList()) {
      try {
        ValueCheck.dtype(output.getTypeValue());
        checkOutput(output);
      } catch (Flaw e) {
        throw e.in("the output " + Flaw.name(output.getName()));
      }
      if (!outputs.add(output.getName())) {
        throw new Flaw("two outputs have the name " + Flaw.name(output.getName()));
      }
    }
    function.getControlRetMap().values().forEach(this::requireNode);
    function.getAttrMap().values().forEach(values()::attribute);
  }

  private void checkOutput(OpDef.ArgDef output) {
    String tensor = function.getRetMap().get(output.getName());
    if (tensor == null) {
      throw new Flaw("nothing is returned");
    }
    int given = tensors(tensor);
    int wanted = isList(output) ? Arity.UNKNOWN : 1;
    if (given != Arity.UNKNOWN && wanted != Arity.UNKNOWN && given != wanted) {
      throw new Flaw(Flaw.name(tensor) + " stands for " + given + " tensors, not for 1");
    }
  }

  private static boolean isList(OpDef.ArgDef argument) {
    return !argument.getNumberAttr().isEmpty() || !argument.getTypeListAttr().isEmpty();
  }

  @Override
  int tensors(String input) {
    int colon = input.indexOf(':');
    OpDef.ArgDef argument = arguments.get(colon < 0 ? input : input.substring(0, colon));
    if (argument != null && colon < 0) {
      return isList(argument) ? Arity.UNKNOWN : 1;
    }
    String[] parts = input.split(":", -1);
    if (argument != null) {
      return element(input, parts[1], parts.length == 2 && isList(argument) ? Arity.UNKNOWN : 1);
    }
    NodeDef node = node(parts[0]);
    if (node == null) {
      throw new Flaw("there is no node for the tensor " + Flaw.name(input));
    }
    if (parts.length < 2 || parts.length > 3) {
      throw new Flaw(Flaw.name(input) + " names no output of the node");
    }
    int tensors = output(input, node, parts[1]);
    return parts.length == 2 ? tensors : element(input, parts[2], tensors);
  }

  private static int element(String input, String index, int of) {
    boolean isNumber = !index.isEmpty() && index.length() <= 9;
    int number = 0;
    for (int i = 0; isNumber && i < index.length(); i++) {
      isNumber = index.charAt(i) >= '0' && index.charAt(i) <= '9';
      number = 10 * number + index.charAt(i) - '0';
    }
    if (!isNumber || of != Arity.UNKNOWN && number >= of) {
      throw new Flaw("there is no tensor " + Flaw.name(input));
    }
    return 1;
  }

  private int output(String input, NodeDef node, String output) {
    OpDef op = op(node);
    if (op == null) {
      return Arity.UNKNOWN;
    }
    OpDef.ArgDef argument = named.computeIfAbsent(op.getName(), o -> named(op)).get(output);
    if (argument != null) {
      return Arity.of(node, op, argument);
    }
    throw new Flaw(
        "there is no tensor "
            + Flaw.name(input)
            + ": the operation "
            + Flaw.name(node.getOp())
            + " has no output "
            + Flaw.name(output));
  }

  private static Map<String, OpDef.ArgDef> named(OpDef op) {
    Map<String, OpDef.ArgDef> outputs = new HashMap<>();
    op.getOutputArgList().forEach(o -> outputs.putIfAbsent(o.getName(), o));
    return outputs;
  }

  @Override
  @Nullable String producer(String input) {
    String producer = DataFlow.producer(input);
    return arguments.containsKey(producer) ? null : producer;
  }

  @Override
  boolean isArgument(String name) {
    return arguments.containsKey(name);
  }
}
