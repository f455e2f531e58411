// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;

/** The devices that ops were pinned to where a module was made. */
final class DevicePins {

  private DevicePins() {}

  /** The graph without them: TensorFlow places its ops on what is here. */
  static GraphDef removed(GraphDef graph) {
    GraphDef.Builder builder = graph.toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (!graph.getNode(i).getDevice().isEmpty()) {
        builder.setNode(i, graph.getNode(i).toBuilder().clearDevice());
      }
    }
    return builder.setLibrary(removed(graph.getLibrary())).build();
  }

  static FunctionDefLibrary removed(FunctionDefLibrary library) {
    FunctionDefLibrary.Builder builder = library.toBuilder();
    for (int f = 0; f < library.getFunctionCount(); f++) {
      FunctionDef function = library.getFunction(f);
      if (function.getNodeDefList().stream().anyMatch(n -> !n.getDevice().isEmpty())) {
        FunctionDef.Builder cleared = function.toBuilder();
        for (int i = 0; i < function.getNodeDefCount(); i++) {
          cleared.setNodeDef(i, function.getNodeDef(i).toBuilder().clearDevice());
        }
        builder.setFunction(f, cleared);
      }
    }
    return builder.build();
  }
}
