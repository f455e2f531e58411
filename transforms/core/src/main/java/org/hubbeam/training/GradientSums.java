// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.gradients.VariableGradient;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * Gradients summed over several runs of a graph, each in a variable as large as what it is the
 * gradient of: for functions that take less than a batch.
 */
final class GradientSums {

  private static final String SCOPE = "hubbeam_sum";

  private final Graph graph;
  private final Ops tf;
  private final Map<String, VarHandleOp> sums = new LinkedHashMap<>();
  private final List<String> starts = new ArrayList<>();

  GradientSums(Graph graph) {
    this.graph = graph;
    this.tf = Ops.create(graph).withSubScope(SCOPE);
  }

  /** The nodes that set all sums to 0. */
  List<String> starts() {
    return starts;
  }

  /** Adds the gradient of a run. */
  Op add(ModuleUpdates.Part part) {
    VarHandleOp sum = sum(part);
    if (part.gradient() instanceof VariableGradient.Sparse sparse) {
      Operand<TNumber> indices = TunedGraph.tensor(graph, sparse.indices());
      return tf.resourceScatterAdd(sum, indices, floats(sparse.values()));
    }
    return tf.assignAddVariableOp(sum, floats(((VariableGradient.Dense) part.gradient()).tensor()));
  }

  /** The part with its sum as the gradient. */
  ModuleUpdates.Part summed(ModuleUpdates.Part part) {
    String read = TunedGraph.name(tf.readVariableOp(sum(part), TFloat32.class));
    return new ModuleUpdates.Part(
        new VariableGradient.Dense(part.gradient().node(), read),
        part.dtype(),
        part.shape(),
        part.group());
  }

  /** A node that sets the sums of parts to 0 behind another. */
  String cleared(List<ModuleUpdates.Part> parts, String after) {
    Ops behind = tf.withControlDependencyOps(graph.operationOrThrow(after));
    List<Op> zeros = new ArrayList<>();
    parts.forEach(p -> zeros.add(zero(behind, p)));
    return tf.withControlDependencies(zeros).noOp().op().name();
  }

  private VarHandleOp sum(ModuleUpdates.Part part) {
    String node = part.gradient().node();
    VarHandleOp sum = sums.get(node);
    if (sum == null) {
      String name = "sum_" + sums.size();
      sum =
          tf.withName(name)
              .varHandleOp(
                  TFloat32.class,
                  ModuleUpdates.dims(part.shape()),
                  VarHandleOp.sharedName(SCOPE + "/" + name));
      sums.put(node, sum);
      starts.add(zero(tf, part, sum).op().name());
    }
    return sum;
  }

  private Op zero(Ops with, ModuleUpdates.Part part) {
    return zero(with, part, sum(part));
  }

  private static Op zero(Ops with, ModuleUpdates.Part part, VarHandleOp sum) {
    return with.assignVariableOp(
        sum,
        with.fill(with.constant(ModuleUpdates.dims(part.shape()).asArray()), with.constant(0f)));
  }

  private Operand<TFloat32> floats(String tensor) {
    Operand<TNumber> given = TunedGraph.tensor(graph, tensor);
    return tf.dtypes.cast(given, TFloat32.class);
  }
}
