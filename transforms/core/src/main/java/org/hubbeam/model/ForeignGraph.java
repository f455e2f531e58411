// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/** Graphs from elsewhere that belong to no module. */
@Internal
public final class ForeignGraph {

  private ForeignGraph() {}

  /**
   * Sees to it that TensorFlow can be given a graph: that all that its nodes name is there, and
   * that no operation reaches outside of it.
   *
   * @throws ModuleException saying where the graph is broken, or naming the operations
   */
  public static void require(GraphDef graph) {
    try {
      StructureCheck.check(MetaGraphDef.newBuilder().setGraphDef(graph).build());
    } catch (Flaw e) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, String.valueOf(e.getMessage()), e);
    }
    List<ModuleInfo.UnsafeOp> unsafe = OpScan.unsafe(graph);
    if (!unsafe.isEmpty()) {
      throw new ModuleException(
          ModuleException.Kind.UNSAFE,
          "has operations that are only run from modules that are trusted: "
              + OpScan.listed(unsafe.stream().map(Object::toString).toList()));
    }
  }
}
