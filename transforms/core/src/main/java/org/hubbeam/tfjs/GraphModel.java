// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.List;
import org.tensorflow.proto.GraphDef;

/**
 * A graph model of TensorFlow.js in memory.
 *
 * @param graph constants have their contents
 * @param inputs what the signature takes, tables left out
 * @param outputs what the signature gives, in order
 * @param tables what the graph's tables hold
 * @param scriptOperations the operations that {@code hubbeam-ops.js} brings, sorted
 */
public record GraphModel(
    GraphDef graph,
    List<Port> inputs,
    List<Port> outputs,
    List<Table> tables,
    List<String> scriptOperations) {
  public GraphModel {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    tables = List.copyOf(tables);
    scriptOperations = List.copyOf(scriptOperations);
  }

  /** How many bytes the weights take in a folder when none is quantised, tables included. */
  public long weightBytes() {
    return Weights.bytes(this);
  }
}
