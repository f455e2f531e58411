// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleSession;
import org.tensorflow.proto.GraphDef;

/**
 * A loaded module with a training graph: variables have the values of its checkpoint until a step
 * changes them. One thread at a time. Several may be open in one process.
 */
@Internal
public final class TrainingSession implements AutoCloseable {

  private record Variable(String node, DType dtype) {}

  private final ModuleSession session;
  private final Map<String, Variable> variables = new LinkedHashMap<>();

  private TrainingSession(ModuleSession session) {
    this.session = session;
  }

  /**
   * Loads the module.
   *
   * @param graph the graph of the function with the nodes that were added to it
   * @param added first values of the variables that are not the module's, by their nodes ({@code
   *     VarHandleOp})
   */
  public static TrainingSession open(
      TrainableFunction function, GraphDef graph, Map<String, Array.Dense> added) {
    ModuleSession session = function.module().open();
    try {
      TrainingSession opened = new TrainingSession(session);
      session.extend(graph);
      function
          .variables()
          .forEach(v -> opened.variables.put(v.path(), new Variable(v.node(), v.dtype())));
      added.forEach(
          (node, value) -> {
            opened.variables.put(node, new Variable(node, value.dtype()));
            opened.assign(node, value);
          });
      return opened;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
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
    return session.run(feeds, fetches, targets);
  }

  /**
   * The present value of a variable: the path of one of the module, or the node of an added one.
   */
  public Array.Dense value(String variable) {
    Variable known = known(variable);
    return session.value(known.node(), known.dtype().proto());
  }

  /** Gives a variable another value, of its dtype and shape. */
  public void assign(String variable, Array.Dense value) {
    Variable known = known(variable);
    if (known.dtype() != value.dtype()) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "the variable '" + variable + "' is " + known.dtype() + ", given is " + value.dtype());
    }
    session.assign(known.node(), value);
  }

  private Variable known(String variable) {
    Variable known = variables.get(variable);
    if (known == null) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "there is no variable '" + variable + "'; there are " + variables.keySet());
    }
    return known;
  }

  /** Gives back all memory. */
  @Override
  public void close() {
    session.close();
  }
}
