// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * The nodes of a resource's creator, put into a graph itself: called as a function, it could give
 * another resource every time.
 */
final class CreatorNodes {

  private static final String ANONYMOUS = "Anonymous";
  private static final Set<String> TABLES =
      Set.of("HashTable", "MutableDenseHashTable", "MutableHashTable", "MutableHashTableOfTensors");

  private CreatorNodes() {}

  /**
   * Adds the nodes.
   *
   * @param scope what the names of the nodes begin with
   * @param captured the tensors of the creator's arguments
   * @return the tensor of the resource
   */
  static String add(GraphNodes nodes, String scope, FunctionDef creator, List<String> captured) {
    List<OpDef.ArgDef> inputs = creator.getSignature().getInputArgList();
    if (inputs.size() != captured.size()) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          creator.getSignature().getName()
              + " takes "
              + inputs.size()
              + " tensors, but captures "
              + captured.size());
    }
    Map<String, String> arguments = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      arguments.put(inputs.get(i).getName(), captured.get(i));
    }
    for (NodeDef node : creator.getNodeDefList()) {
      NodeDef.Builder copy =
          node.toBuilder().clearDevice().clearInput().setName(scope + node.getName());
      node.getInputList().forEach(i -> copy.addInput(inGraph(i, scope, arguments)));
      if (node.getOp().startsWith(ANONYMOUS)) {
        named(copy);
      }
      if (copy.containsAttr("shared_name")) {
        copy.putAttr("shared_name", Protos.attr(scope + node.getName()));
      }
      nodes.add(copy.build());
    }
    String output = creator.getSignature().getOutputArg(0).getName();
    return inGraph(creator.getRetOrThrow(output), scope, arguments);
  }

  /** A table without a name lives as long as one call; with a name, as long as the session. */
  private static void named(NodeDef.Builder node) {
    String table = node.getOp().substring(ANONYMOUS.length());
    if (!TABLES.contains(table)) {
      return;
    }
    node.setOp(table + "V2");
    node.putAttr("container", Protos.attr(""));
    node.putAttr("shared_name", Protos.attr(""));
    node.putAttr("use_node_name_sharing", AttrValue.newBuilder().setB(true).build());
  }

  private static String inGraph(String input, String scope, Map<String, String> arguments) {
    if (input.startsWith("^")) {
      return "^" + scope + input.substring(1);
    }
    if (arguments.containsKey(input)) {
      return arguments.get(input);
    }
    String[] parts = input.split(":", -1);
    return scope + parts[0] + ":" + parts[parts.length - 1];
  }
}
