// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Replaces nodes of a graph by constants. */
@Internal
public final class GraphConstants {

  private GraphConstants() {}

  /** The graph with the nodes of these names as constants; names that it lacks are left out. */
  public static GraphDef put(GraphDef graph, Map<String, Array.Dense> values) {
    GraphDef.Builder out = graph.toBuilder();
    for (NodeDef.Builder node : out.getNodeBuilderList()) {
      Array.Dense value = values.get(node.getName());
      if (value != null) {
        node.setOp("Const")
            .clearInput()
            .clearAttr()
            .putAttr("dtype", Protos.attr(value.dtype().proto()))
            .putAttr("value", Protos.attr(Protos.tensor(value)));
      }
    }
    return out.build();
  }
}
