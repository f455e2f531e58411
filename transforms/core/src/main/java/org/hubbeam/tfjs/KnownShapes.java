// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphFlow;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** What TensorFlow's shape inference knows of the tensors of a graph before any call. */
final class KnownShapes {

  private KnownShapes() {}

  /**
   * The shapes of the first inputs of some operations, by the names of their nodes.
   *
   * @param operations which
   * @param input which of their inputs
   */
  static Map<String, Shape> ofInputs(GraphDef graph, Set<String> operations, int input) {
    Map<String, Shape> shapes = new HashMap<>();
    if (graph.getNodeList().stream().noneMatch(n -> operations.contains(n.getOp()))) {
      return shapes;
    }
    try (Graph inferred = new Graph()) {
      inferred.importGraphDef(graph);
      for (NodeDef node : graph.getNodeList()) {
        if (operations.contains(node.getOp())) {
          Shape shape = shape(inferred, node.getInput(input));
          if (shape != null && !shape.isUnknown()) {
            shapes.put(node.getName(), shape);
          }
        }
      }
    } catch (RuntimeException e) {
      // TensorFlow does not take this graph, which is no reason not to convert it.
      return Map.of();
    }
    return shapes;
  }

  private static @Nullable Shape shape(Graph graph, String input) {
    GraphOperation node = graph.operation(GraphFlow.producer(input));
    return node == null ? null : node.output(GraphEditor.index(input)).shape();
  }
}
