// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/**
 * Stands in for the gradients of loops and branches while TensorFlow adds those of a graph: each
 * gradient is a placeholder, which {@link LoopGradients} and {@link BranchGradients} replace
 * afterwards.
 */
final class ControlFlowCalls {

  static final Set<String> LOOPS = Set.of("While", "StatelessWhile");
  static final Set<String> BRANCHES = Set.of("If", "StatelessIf", "Case", "StatelessCase");

  private static final ThreadLocal<@Nullable List<Call>> CALLS = new ThreadLocal<>();

  private ControlFlowCalls() {}

  /**
   * A loop or branch through which gradients flow.
   *
   * @param node its name
   * @param incoming the gradients of its outputs
   * @param placeholders what stands for the gradients of its inputs
   */
  record Call(String node, List<String> incoming, List<String> placeholders) {}

  /** Makes the stand-ins known to TensorFlow. */
  static void register() {
    LOOPS.forEach(op -> RegisteredGradients.register(op, ControlFlowCalls::standIn));
    BRANCHES.forEach(op -> RegisteredGradients.register(op, ControlFlowCalls::standIn));
  }

  /** Runs an action of this thread that adds gradients, and tells of the calls that it met. */
  static <T> T recorded(List<Call> calls, Supplier<T> action) {
    List<Call> outer = CALLS.get();
    CALLS.set(calls);
    try {
      return action.get();
    } finally {
      CALLS.set(outer);
    }
  }

  private static List<Operand<?>> standIn(Ops tf, GraphOperation op, List<Output<?>> gradients) {
    List<Operand<?>> out = new ArrayList<>();
    List<String> placeholders = new ArrayList<>();
    for (int i = 0; i < op.numInputs(); i++) {
      Output<?> placeholder =
          tf.scope()
              .env()
              .opBuilder("Placeholder", tf.scope().makeOpName("gradient"), tf.scope())
              .setAttr("dtype", op.input(i).dataType())
              .build()
              .output(0);
      out.add(placeholder);
      placeholders.add(placeholder.op().name());
    }
    List<Call> calls = CALLS.get();
    if (calls != null) {
      calls.add(
          new Call(
              op.name(),
              gradients.stream().map(g -> g.op().name() + ":" + g.index()).toList(),
              placeholders));
    }
    return out;
  }
}
