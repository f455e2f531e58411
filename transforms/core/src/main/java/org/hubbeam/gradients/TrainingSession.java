// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.GraphDef;

/**
 * A loaded module with a training graph: variables have the values of its checkpoint until a step
 * changes them. One thread at a time. Several may be open in one process.
 */
@Internal
public final class TrainingSession implements AutoCloseable {

  private TrainingSession() {}

  /**
   * Loads the module.
   *
   * @param graph the graph of the function with the nodes that were added to it
   * @param added first values of the variables that are not the module's, by their nodes ({@code
   *     VarHandleOp})
   */
  public static TrainingSession open(
      TrainableFunction function, GraphDef graph, Map<String, Array.Dense> added) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs a part of the graph.
   *
   * @param feeds arrays by tensors ({@code node:0}) or placeholder nodes
   * @param fetches tensors whose values are wanted
   * @param targets nodes that are run
   * @return the values of the fetched tensors, in their order
   */
  public List<Array.Dense> step(
      Map<String, Array.Dense> feeds, List<String> fetches, List<String> targets) {
    throw new UnsupportedOperationException();
  }

  /**
   * The present value of a variable: the path of one of the module, or the node of an added one.
   */
  public Array.Dense value(String variable) {
    throw new UnsupportedOperationException();
  }

  /** Gives a variable another value, of its dtype and shape. */
  public void assign(String variable, Array.Dense value) {
    throw new UnsupportedOperationException();
  }

  /** Gives back all memory. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
