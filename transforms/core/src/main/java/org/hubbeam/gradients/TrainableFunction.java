// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleOptions;
import org.tensorflow.proto.GraphDef;

/**
 * One function of a module as a graph without calls, ready for gradients. Nothing is loaded: {@link
 * TrainingSession} does that.
 */
public final class TrainableFunction {

  private TrainableFunction() {}

  /**
   * Reads a function.
   *
   * @param folder the module
   * @param choice where it does not say {@code training}, the graph made with {@code training=true}
   *     is taken if there is one
   * @throws org.hubbeam.model.ModuleException when there is no such function, or it cannot be made
   *     one graph, saying why
   */
  public static TrainableFunction of(Path folder, ModuleOptions options, FunctionChoice choice) {
    throw new UnsupportedOperationException();
  }

  /** What it takes; what a chosen argument or a default fills is left out. */
  public List<ArraySpec> inputs() {
    throw new UnsupportedOperationException();
  }

  /** What it gives. */
  public List<ArraySpec> outputs() {
    throw new UnsupportedOperationException();
  }

  /** The variables that it captures. */
  public List<ModuleVariable> variables() {
    throw new UnsupportedOperationException();
  }

  /** {@code trainable: 26 of 28 variables}, or what stands in the way. */
  public String summary() {
    throw new UnsupportedOperationException();
  }

  /** All operations, with the resources of variables and tables. */
  @Internal
  public GraphDef graph() {
    throw new UnsupportedOperationException();
  }

  /** The placeholders of each input, in TensorFlow's order of the parts of an array. */
  @Internal
  public Map<String, List<String>> inputNodes() {
    throw new UnsupportedOperationException();
  }

  /** The tensors ({@code node:0}) of each output, in the same order. */
  @Internal
  public Map<String, List<String>> outputTensors() {
    throw new UnsupportedOperationException();
  }

  /** The nodes that every step has to run once: they change variables that are not trained. */
  @Internal
  public List<String> updates() {
    throw new UnsupportedOperationException();
  }

  /** Scalars that the module wants added to the loss. */
  @Internal
  public List<String> regularizationLosses() {
    throw new UnsupportedOperationException();
  }
}
