// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.gradients.VariableGradient;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Unique;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.op.train.ResourceApplyKerasMomentum;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * Adds what an optimizer does to the variables of a graph. A dense gradient changes the whole
 * variable. Of a table only the rows that a batch used are changed, with what the optimizer keeps
 * for them: rows that were used several times once, by the sum of their gradients; all others stay
 * as they are, and a step takes no longer for a larger table.
 *
 * <p>All changes wait for all gradients, so that nothing is read that was changed in the same step.
 */
final class ModuleUpdates {

  /** What a variable is to be changed by. */
  record Part(VariableGradient gradient, DType dtype, Shape shape, String group) {}

  /** A gradient as it is applied: the whole, or rows with each index once. */
  private record Summed<T extends TNumber>(
      Part part, Class<T> type, Operand<T> values, @Nullable Operand<? extends TNumber> indices) {}

  private static final String SCOPE = "hubbeam_update";
  private static final String READ = "_read";
  private static final String GIVEN = "_given";
  private static final String ASSIGN = "_assign";

  private final Ops tf;
  private final Graph graph;
  private final Optimizer optimizer;
  private final List<String> starts = new ArrayList<>();
  private final Map<String, List<VarHandleOp>> slots = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> lengths = new LinkedHashMap<>();

  ModuleUpdates(Graph graph, Optimizer optimizer) {
    this.graph = graph;
    this.tf = Ops.create(graph).withSubScope(SCOPE);
    this.optimizer = optimizer;
  }

  /** The placeholder (float32 []) of the length of the steps of a group, {@link StepLength#of}. */
  static String length(String group) {
    return SCOPE + "/length_" + group;
  }

  /** The nodes that give all slots their first values. */
  List<String> starts() {
    return starts;
  }

  /** The nodes of the variables that the optimizer keeps, those of a variable together. */
  List<String> slots() {
    return slots.values().stream().flatMap(List::stream).map(s -> s.op().name()).toList();
  }

  /**
   * Adds the changes of some variables together. What is kept for a variable is the same in all
   * changes of it.
   *
   * @param clipNorm the largest norm of all gradients together; null for any
   * @param after what else the changes wait for
   * @return the node that makes all changes
   */
  String add(List<Part> parts, @Nullable Double clipNorm, List<Op> after) {
    List<Summed<?>> sums = new ArrayList<>();
    List<Op> before = new ArrayList<>(after);
    for (Part part : parts) {
      Summed<?> sum = summed(part, type(part.dtype()));
      sums.add(sum);
      before.add(sum.values());
    }
    Operand<TFloat32> scale = clipNorm == null ? null : scale(sums, clipNorm);
    Ops waiting = tf.withControlDependencies(before);
    List<Op> done = new ArrayList<>();
    for (Summed<?> sum : sums) {
      apply(waiting, sum, scale, done);
    }
    return tf.withControlDependencies(done).noOp().op().name();
  }

  private static Class<? extends TNumber> type(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> TFloat64.class;
      case FLOAT16, BFLOAT16, FLOAT32 -> TFloat32.class;
      default -> throw new TrainingException("variables of dtype " + dtype + " cannot be trained");
    };
  }

  private static Class<? extends TNumber> stored(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> TFloat64.class;
      case FLOAT16 -> TFloat16.class;
      case BFLOAT16 -> TBfloat16.class;
      default -> TFloat32.class;
    };
  }

  private <T extends TNumber> Summed<T> summed(Part part, Class<T> type) {
    if (part.gradient() instanceof VariableGradient.Dense dense) {
      return new Summed<>(part, type, cast(tensor(dense.tensor()), type), null);
    }
    VariableGradient.Sparse sparse = (VariableGradient.Sparse) part.gradient();
    Operand<? extends TNumber> indices = tensor(sparse.indices());
    return summed(part, type, indices, cast(tensor(sparse.values()), type));
  }

  private <T extends TNumber, I extends TNumber> Summed<T> summed(
      Part part, Class<T> type, Operand<I> indices, Operand<T> values) {
    Unique<I, ?> unique = tf.unique(indices, tf.array(0));
    Operand<T> sum = tf.math.unsortedSegmentSum(values, unique.idx(), tf.size(unique.y()));
    return new Summed<>(part, type, sum, unique.y());
  }

  private Operand<TFloat32> scale(List<Summed<?>> sums, double clipNorm) {
    Operand<TFloat32> squares = tf.constant(0f);
    for (Summed<?> sum : sums) {
      squares = tf.math.add(squares, total(cast(sum.values(), TFloat32.class)));
    }
    Operand<TFloat32> most = tf.constant((float) clipNorm);
    return tf.math.div(most, tf.math.maximum(tf.math.sqrt(squares), most));
  }

  private Operand<TFloat32> total(Operand<TFloat32> values) {
    return tf.sum(tf.math.square(tf.reshape(values, tf.array(-1))), tf.constant(0));
  }

  private <T extends TNumber> void apply(
      Ops waiting, Summed<T> sum, @Nullable Operand<TFloat32> scale, List<Op> done) {
    Part part = sum.part();
    String node = part.gradient().node();
    Operand<? extends TType> variable = tensor(node);
    List<VarHandleOp> own = slots(node, part.shape(), sum.type());
    Operand<T> length = cast(length(part), sum.type());
    Operand<T> gradient =
        scale == null ? sum.values() : tf.math.mul(sum.values(), cast(scale, sum.type()));
    if (sum.indices() != null) {
      rows(waiting, part, sum.indices(), variable, own, gradient, length, sum.type(), done);
    } else if (!fused(waiting, part, variable, own, gradient, length, done)) {
      List<Operand<T>> values = new ArrayList<>();
      own.forEach(s -> values.add(waiting.readVariableOp(s, sum.type())));
      UpdateFormulas<T> updated =
          UpdateFormulas.of(
              waiting,
              optimizer,
              cast(waiting.readVariableOp(variable, stored(part.dtype())), sum.type()),
              values,
              gradient,
              length);
      done.add(waiting.assignVariableOp(variable, cast(updated.weights(), stored(part.dtype()))));
      for (int i = 0; i < own.size(); i++) {
        done.add(waiting.assignVariableOp(own.get(i), updated.slots().get(i)));
      }
    }
  }

  private <T extends TNumber> void rows(
      Ops waiting,
      Part part,
      Operand<? extends TNumber> indices,
      Operand<? extends TType> variable,
      List<VarHandleOp> own,
      Operand<T> gradient,
      Operand<T> length,
      Class<T> type,
      List<Op> done) {
    List<Operand<T>> values = new ArrayList<>();
    own.forEach(s -> values.add(waiting.resourceGather(s, indices, type)));
    UpdateFormulas<T> updated =
        UpdateFormulas.of(
            waiting,
            optimizer,
            cast(waiting.resourceGather(variable, indices, stored(part.dtype())), type),
            values,
            gradient,
            length);
    done.add(
        waiting.resourceScatterUpdate(
            variable, indices, cast(updated.weights(), stored(part.dtype()))));
    for (int i = 0; i < own.size(); i++) {
      done.add(waiting.resourceScatterUpdate(own.get(i), indices, updated.slots().get(i)));
    }
  }

  /** TensorFlow's op that does all in one pass, where it has the same formula. */
  private <T extends TNumber> boolean fused(
      Ops waiting,
      Part part,
      Operand<? extends TType> variable,
      List<VarHandleOp> own,
      Operand<T> gradient,
      Operand<T> length,
      List<Op> done) {
    if (part.dtype() != DType.FLOAT32 && part.dtype() != DType.FLOAT64) {
      return false;
    }
    if (optimizer instanceof Optimizer.Adam adam) {
      // the length has what Adam's powers of beta would add
      Operand<T> none = constant(length, 0);
      done.add(
          waiting.train.resourceApplyAdam(
              variable,
              own.get(0),
              own.get(1),
              none,
              none,
              length,
              constant(length, adam.beta1()),
              constant(length, adam.beta2()),
              constant(length, adam.epsilon()),
              gradient));
      return true;
    }
    if (!(optimizer instanceof Optimizer.Sgd sgd)) {
      return false;
    }
    done.add(
        sgd.momentum() == 0
            ? waiting.train.resourceApplyGradientDescent(variable, length, gradient)
            : waiting.train.resourceApplyKerasMomentum(
                variable,
                own.get(0),
                length,
                gradient,
                constant(length, sgd.momentum()),
                ResourceApplyKerasMomentum.useNesterov(sgd.kind() == Optimizer.Momentum.NESTEROV)));
    return true;
  }

  private List<VarHandleOp> slots(String node, Shape shape, Class<? extends TNumber> type) {
    List<VarHandleOp> own = slots.get(node);
    if (own == null) {
      own = new ArrayList<>();
      List<Double> first = UpdateFormulas.slots(optimizer);
      for (int i = 0; i < first.size(); i++) {
        String name = "slot_" + slots.size() + "_" + i;
        VarHandleOp slot =
            tf.withName(name)
                .varHandleOp(type, dims(shape), VarHandleOp.sharedName(SCOPE + "/" + name));
        own.add(slot);
        addAccess(slot, name, type);
        starts.add(start(slot, shape, first.get(i), type));
      }
      slots.put(node, own);
    }
    return own;
  }

  private <T extends TNumber> void addAccess(VarHandleOp slot, String name, Class<T> type) {
    tf.withName(name + READ).readVariableOp(slot, type);
    tf.withName(name + ASSIGN).assignVariableOp(slot, tf.withName(name + GIVEN).placeholder(type));
  }

  /** The tensor that has the value of a slot. */
  static String read(String slot) {
    return slot + READ + ":0";
  }

  /** The placeholder of a new value of a slot, for {@link #assign}. */
  static String given(String slot) {
    return slot + GIVEN;
  }

  /** The node that gives a slot a new value. */
  static String assign(String slot) {
    return slot + ASSIGN;
  }

  /** A shape as TensorFlow takes it. */
  static org.tensorflow.ndarray.Shape dims(Shape shape) {
    return org.tensorflow.ndarray.Shape.of(shape.dims().stream().mapToLong(d -> d).toArray());
  }

  private <T extends TNumber> String start(
      VarHandleOp slot, Shape shape, double value, Class<T> type) {
    Operand<T> values =
        tf.fill(tf.constant(dims(shape).asArray()), tf.dtypes.cast(tf.constant(value), type));
    return tf.assignVariableOp(slot, values).op().name();
  }

  private Operand<TFloat32> length(Part part) {
    return lengths.computeIfAbsent(
        part.group(),
        group ->
            tf.withName("length_" + group)
                .placeholder(
                    TFloat32.class, Placeholder.shape(org.tensorflow.ndarray.Shape.scalar())));
  }

  private <T extends TNumber> Operand<T> constant(Operand<T> like, double value) {
    return cast(tf.constant(value), like.type());
  }

  private <T extends TNumber> Operand<T> cast(Operand<? extends TNumber> from, Class<T> type) {
    return tf.dtypes.cast(from, type);
  }

  /** A tensor of the graph as it was before. */
  @SuppressWarnings("unchecked")
  private <T extends TType> Operand<T> tensor(String name) {
    return (Operand<T>) graph.outputOrThrow(name.contains(":") ? name : name + ":0");
  }
}
