// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A head in a graph: the layers over a module's vectors, and what a batch loses, by the formulas of
 * {@link HeadTrainer}. Targets come as what {@link Targets} makes of them, one number for each
 * logit.
 *
 * @param variables the nodes of the weights and the bias of each layer, in their order
 * @param loss the sum of the rows' losses, each times its weight
 * @param penalty what the weights cost
 */
record HeadGraph(List<String> variables, Operand<TFloat32> loss, Operand<TFloat32> penalty) {

  private static final String SCOPE = "hubbeam_head";

  /** Takes float32 [n, logits]. */
  static final String TARGETS = SCOPE + "/targets";

  /** Takes float32 [n]: what the loss of each row is multiplied with before the sum. */
  static final String WEIGHTS = SCOPE + "/weights";

  /** Takes int32 [2]: decides what dropout leaves out. */
  static final String SEED = SCOPE + "/seed";

  /**
   * Adds a head.
   *
   * @param vectors float32 [n, features]
   */
  static HeadGraph add(
      Ops whole, Operand<TFloat32> vectors, Head head, TrainingOptions.Penalties penalties) {
    Ops tf = whole.withSubScope(SCOPE);
    Operand<TInt32> seed =
        tf.withName("seed").placeholder(TInt32.class, Placeholder.shape(shape(2)));
    Operand<TFloat32> targets =
        tf.withName("targets")
            .placeholder(
                TFloat32.class,
                Placeholder.shape(shape(-1, head.task().outputs(head.labels().size()))));
    Operand<TFloat32> weights =
        tf.withName("weights").placeholder(TFloat32.class, Placeholder.shape(shape(-1)));
    List<String> variables = new ArrayList<>();
    Operand<TFloat32> row = vectors;
    Operand<TFloat32> penalty = tf.constant(0f);
    for (int i = 0; i < head.layers().size(); i++) {
      Layer layer = head.layers().get(i);
      if (i > 0 && head.dropout() > 0) {
        row = dropout(tf, row, head.dropout(), seed, i);
      }
      Operand<TFloat32> kernel = variable(tf, kernel(i), shape(layer.in(), layer.out()), variables);
      Operand<TFloat32> bias = variable(tf, bias(i), shape(layer.out()), variables);
      row = layer.activation().of(tf, tf.math.add(tf.linalg.matMul(row, kernel), bias));
      penalty = tf.math.add(penalty, penalty(tf, kernel, penalties));
    }
    Operand<TFloat32> loss =
        all(tf, tf.math.mul(rowLosses(tf, head.task(), row, targets), weights));
    return new HeadGraph(List.copyOf(variables), loss, penalty);
  }

  /** The values of a head's variables, by node. */
  static Map<String, Array.Dense> values(Head head) {
    Map<String, Array.Dense> values = new LinkedHashMap<>();
    for (int i = 0; i < head.layers().size(); i++) {
      Layer layer = head.layers().get(i);
      values.put(
          SCOPE + "/" + kernel(i),
          new Array.Dense(
              List.of((long) layer.in(), (long) layer.out()), Values.of(layer.weights())));
      values.put(SCOPE + "/" + bias(i), Array.Dense.vector(Values.of(layer.bias())));
    }
    return values;
  }

  private static String kernel(int layer) {
    return "kernel_" + layer;
  }

  private static String bias(int layer) {
    return "bias_" + layer;
  }

  /** A head with other values. */
  static Head with(Head head, List<float[]> values) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < head.layers().size(); i++) {
      Layer layer = head.layers().get(i);
      layers.add(
          new Layer(
              layer.in(),
              layer.out(),
              values.get(2 * i),
              values.get(2 * i + 1),
              layer.activation()));
    }
    return new Head(head.task(), head.labels(), layers, head.dropout());
  }

  private static Operand<TFloat32> variable(Ops tf, String name, Shape shape, List<String> all) {
    String node = SCOPE + "/" + name;
    all.add(node);
    VarHandleOp handle =
        tf.withName(name).varHandleOp(TFloat32.class, shape, VarHandleOp.sharedName(node));
    return tf.readVariableOp(handle, TFloat32.class);
  }

  /** Keras's dropout: what is kept is made larger by as much as is left out. */
  private static Operand<TFloat32> dropout(
      Ops tf, Operand<TFloat32> row, double rate, Operand<TInt32> seed, int layer) {
    Operand<TInt32> own = tf.math.add(seed, tf.constant(new int[] {0, layer}));
    Operand<TFloat32> random = tf.random.statelessRandomUniform(tf.shape(row), own);
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(random, tf.constant((float) rate)), TFloat32.class);
    return tf.math.mul(row, tf.math.mul(kept, tf.constant((float) (1 / (1 - rate)))));
  }

  private static Operand<TFloat32> penalty(
      Ops tf, Operand<TFloat32> kernel, TrainingOptions.Penalties penalties) {
    Operand<TFloat32> sum = tf.constant(0f);
    if (penalties.l2() > 0) {
      sum =
          tf.math.add(
              sum,
              tf.math.mul(all(tf, tf.math.square(kernel)), tf.constant((float) penalties.l2())));
    }
    if (penalties.l1() > 0) {
      sum =
          tf.math.add(
              sum, tf.math.mul(all(tf, tf.math.abs(kernel)), tf.constant((float) penalties.l1())));
    }
    return sum;
  }

  private static Operand<TFloat32> rowLosses(
      Ops tf, Task task, Operand<TFloat32> logits, Operand<TFloat32> targets) {
    return switch (task) {
      case CLASSES -> tf.nn.softmaxCrossEntropyWithLogits(logits, targets).loss();
      case LABELS, BINARY -> {
        Operand<TFloat32> positive = tf.nn.relu(logits);
        Operand<TFloat32> rest = tf.math.log1p(tf.math.exp(tf.math.neg(tf.math.abs(logits))));
        Operand<TFloat32> each =
            tf.math.add(tf.math.sub(positive, tf.math.mul(logits, targets)), rest);
        yield tf.math.mean(each, tf.constant(1));
      }
      case NUMBER -> tf.math.mean(tf.math.squaredDifference(logits, targets), tf.constant(1));
    };
  }

  /** The sum of all values. */
  static Operand<TFloat32> all(Ops tf, Operand<TFloat32> values) {
    return tf.sum(tf.reshape(values, tf.array(-1)), tf.constant(0));
  }

  private static Shape shape(long... dims) {
    return Shape.of(dims);
  }
}
