// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;

/** Runs graphs by TensorFlow, for tests that compare with it. */
public final class TensorFlowGraphs {

  private TensorFlowGraphs() {}

  /**
   * Runs a graph once.
   *
   * @param inputs by the names of placeholders
   * @param outputs tensors: {@code node:0}
   */
  public static List<Array.Dense> run(
      GraphDef graph, Map<String, Array.Dense> inputs, List<String> outputs) {
    try (NativeSession session = new NativeSession(ConfigProto.getDefaultInstance())) {
      session.extend(graph);
      List<String> names = inputs.keySet().stream().map(n -> n + ":0").toList();
      return session.call(names, outputs, List.of()).run(List.copyOf(inputs.values()));
    }
  }
}
