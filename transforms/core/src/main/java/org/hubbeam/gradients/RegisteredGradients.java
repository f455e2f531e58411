// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.internal.c_api.TFJ_GradFuncAdapter;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.RawCustomGradient;

/** The gradients that are written in Java, known to TensorFlow for as long as the process lives. */
final class RegisteredGradients {

  /**
   * One for all operations: JavaCPP has room for ten functions that native code calls back, and
   * TensorFlow's own method takes one of them for each operation; calling the eleventh ends the
   * process.
   */
  private static final TFJ_GradFuncAdapter ADAPTER =
      RawCustomGradient.adapter(RegisteredGradients::called);

  private static final Map<String, Gradient> GRADIENTS = new ConcurrentHashMap<>();
  private static final ThreadLocal<@Nullable RuntimeException> FAILED = new ThreadLocal<>();
  private static boolean registered;

  private RegisteredGradients() {}

  /** The gradient of an operation. */
  @FunctionalInterface
  interface Gradient {

    /**
     * Adds the gradients of a node's inputs.
     *
     * @param dy the gradients of its outputs
     * @return one for each input; null for an input that it does not depend on smoothly; those at
     *     the end may be left out
     */
    List<? extends @Nullable Operand<?>> of(Ops tf, GraphOperation node, List<Output<?>> dy);
  }

  /** Makes all of them known. */
  static synchronized void register() {
    if (!registered) {
      registered = true;
      SparseGradients.register();
      ArrayGradients.register();
      MathGradients.register();
      NeuralGradients.register();
      TensorListGradients.register();
      ControlFlowCalls.register();
    }
  }

  /** Makes one known; where TensorFlow has one, that stays. */
  static void register(String op, Gradient gradient) {
    if (!tensorflow.TFJ_HasGradient(op)) {
      GRADIENTS.put(op, gradient);
      tensorflow.TFJ_RegisterCustomGradient(op, ADAPTER);
    }
  }

  private static List<Operand<?>> called(Ops tf, GraphOperation node, List<Output<?>> dy) {
    List<@Nullable Operand<?>> given = new ArrayList<>();
    try {
      Gradient gradient = GRADIENTS.get(node.type());
      if (gradient == null) {
        throw new IllegalStateException("no gradient of " + node.type());
      }
      given.addAll(gradient.of(tf, node, dy));
    } catch (RuntimeException e) {
      // TensorFlow's C++ code waits for the result, and an exception must not pass through it.
      if (FAILED.get() == null) {
        FAILED.set(e);
      }
    }
    List<Operand<?>> gradients = new ArrayList<>();
    for (int i = 0; i < node.numInputs(); i++) {
      Operand<?> one = i < given.size() ? given.get(i) : null;
      gradients.add(one == null ? tf.zerosLike(node.input(i)) : one);
    }
    return gradients;
  }

  /** Throws what went wrong in a gradient of this thread since the last call. */
  static void rethrow() {
    RuntimeException failed = FAILED.get();
    FAILED.remove();
    if (failed != null) {
      throw failed;
    }
  }
}
