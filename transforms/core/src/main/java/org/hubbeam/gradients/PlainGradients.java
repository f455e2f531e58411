// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.GraphNodes;
import org.hubbeam.model.Inlining;
import org.hubbeam.model.Protos;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Puts other operations in place of some whose gradients need more than themselves.
 *
 * <p>{@code tf.nn.silu} says that its gradient is custom, to use less memory: without that, its
 * operations give the same one. Gathers with batch dimensions become gathers of the variable as it
 * is read.
 */
final class PlainGradients {

  private final GraphFlow flow;
  private final GraphNodes nodes = new GraphNodes();

  private PlainGradients(GraphDef graph) {
    this.flow = new GraphFlow(graph);
    nodes.graph().setVersions(graph.getVersions()).setLibrary(graph.getLibrary());
  }

  /** The graph with such operations. */
  static GraphDef of(GraphDef graph) {
    PlainGradients plain = new PlainGradients(graph);
    graph.getNodeList().forEach(plain::add);
    return plain.nodes.graph().build();
  }

  private void add(NodeDef node) {
    if (Inlining.hasCustomGradient(node) && isSilu(node)) {
      nodes.add(Inlining.withoutCustomGradient(node));
    } else if (VariableReads.isBatched(node)) {
      gather(node);
    } else {
      nodes.add(node);
    }
  }

  /** Whether a node passes {@code x * sigmoid(x)} on, or {@code x * sigmoid(beta * x)}, and x. */
  private boolean isSilu(NodeDef node) {
    List<String> passed = GraphFlow.inputs(node);
    if (!node.getOp().equals("IdentityN") || passed.size() < 2 || passed.size() > 3) {
      return false;
    }
    String x = passed.get(1);
    NodeDef product = flow.node(GraphFlow.producer(passed.get(0)));
    List<String> factors = GraphFlow.inputs(product);
    if (!product.getOp().equals("Mul") || !factors.contains(x)) {
      return false;
    }
    String other = factors.get(0).equals(x) ? factors.get(1) : factors.get(0);
    NodeDef sigmoid = flow.node(GraphFlow.producer(other));
    if (!sigmoid.getOp().equals("Sigmoid")) {
      return false;
    }
    String inner = GraphFlow.inputs(sigmoid).get(0);
    NodeDef scaled = flow.node(GraphFlow.producer(inner));
    return inner.equals(x) || scaled.getOp().equals("Mul") && GraphFlow.inputs(scaled).contains(x);
  }

  private void gather(NodeDef node) {
    List<String> inputs = GraphFlow.inputs(node);
    DataType dtype = node.getAttrOrThrow("dtype").getType();
    AttrValue batch = node.getAttrOrThrow("batch_dims");
    NodeDef.Builder read =
        node.toBuilder()
            .setName(node.getName() + "/hubbeam_read")
            .setOp("ReadVariableOp")
            .clearAttr()
            .putAttr("dtype", Protos.attr(dtype))
            .clearInput()
            .addInput(inputs.get(0));
    node.getInputList().stream().filter(i -> i.startsWith("^")).forEach(read::addInput);
    nodes.add(read.build());
    String axis =
        nodes.constant(
            node.getName() + "/hubbeam_axis",
            Protos.tensor(Array.Dense.scalar(Values.of((int) batch.getI()))));
    nodes.add(
        node.toBuilder()
            .setOp("GatherV2")
            .clearAttr()
            .putAllAttr(
                Map.of(
                    "Tparams", Protos.attr(dtype),
                    "Tindices", Protos.attr(flow.type(inputs.get(1))),
                    "Taxis", Protos.attr(DataType.DT_INT32),
                    "batch_dims", batch))
            .clearInput()
            .addAllInput(List.of(read.getName() + ":0", inputs.get(1), axis + ":0"))
            .build());
  }
}
