// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Checks the nodes of a graph, and tells whether others name tensors of it. */
final class GraphCheck extends NodeCheck {

  GraphCheck(OpDefs ops, ValueCheck values, GraphDef graph) {
    super(ops, values, graph.getNodeList());
  }

  @Override
  int tensors(String input) {
    requireTensor(input);
    return 1;
  }

  @Override
  String producer(String input) {
    return name(input).node();
  }

  @Override
  boolean isArgument(String name) {
    return false;
  }

  /**
   * Checks that there is a tensor of this name.
   *
   * @throws Flaw when there is none
   */
  void requireTensor(String tensor) {
    NativeSession.TensorName name = name(tensor);
    NodeDef node = node(name.node());
    if (node == null) {
      throw new Flaw("there is no node for the tensor " + Flaw.name(tensor));
    }
    OpDef op = op(node);
    int outputs = op == null ? Arity.UNKNOWN : outputs(node, op);
    if (outputs != Arity.UNKNOWN && name.index() >= outputs) {
      throw new Flaw(
          "there is no tensor "
              + Flaw.name(tensor)
              + "; the node has "
              + outputs
              + (outputs == 1 ? " output" : " outputs"));
    }
  }

  private static NativeSession.TensorName name(String tensor) {
    try {
      return NativeSession.TensorName.parse(tensor);
    } catch (ModuleException e) {
      throw new Flaw(String.valueOf(e.getMessage()));
    }
  }
}
