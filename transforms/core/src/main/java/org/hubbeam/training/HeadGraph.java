// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * A head and its loss in a graph, with frozen features or behind a module that is trained, too. The
 * losses are those of Keras from logits, the mean over the rows of a batch, each times its weight.
 *
 * <p>Dropout is told by the seed that is fed, so a step that is made again leaves out the same.
 */
final class HeadGraph<T extends TFloating> {

  /** The node of the targets of a batch, {@code [rows, targets]}, as {@link RowBatch} has them. */
  static final String TARGETS = "training.targets";

  /** The node of the weights of a batch, {@code [rows]}. */
  static final String WEIGHTS = "training.weights";

  /** The node of what dropout depends on, two {@code int64}. Not there without dropout. */
  static final String DROPOUT_SEED = "training.dropout_seed";

  private final Ops tf;
  private final HeadForm form;
  private final double labelSmoothing;
  private final Class<T> type;
  private final List<GraphVariable<T>> variables = new ArrayList<>();
  private final Operand<T> targets;
  private final Operand<T> weights;
  private final Placeholder<TInt64> seed;

  /**
   * Adds the variables of a head.
   *
   * @param type of all computation: float32, or float64 where the gradient is to become very small
   * @param start decides the first weights
   */
  HeadGraph(Ops tf, HeadForm form, double labelSmoothing, Class<T> type, long start) {
    this.tf = tf;
    this.form = form;
    this.labelSmoothing = labelSmoothing;
    this.type = type;
    List<Integer> sizes = form.sizes();
    for (int i = 0; i < form.layers(); i++) {
      int in = sizes.get(i);
      int out = sizes.get(i + 1);
      variables.add(
          GraphVariable.add(
              tf,
              "head.layer_" + i + ".kernel",
              type,
              List.of((long) in, (long) out),
              Glorot.uniform(in, out, start + i)));
      variables.add(
          GraphVariable.add(
              tf, "head.layer_" + i + ".bias", type, List.of((long) out), new float[out]));
    }
    targets = fed(TARGETS, -1, form.targets());
    weights = fed(WEIGHTS, -1);
    seed = tf.withName(DROPOUT_SEED).placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));
  }

  private Operand<T> fed(String node, long... dims) {
    return tf.dtypes.cast(
        tf.withName(node).placeholder(TFloat32.class, Placeholder.shape(Shape.of(dims))), type);
  }

  /** The variables: kernel and bias of each layer in turn. */
  List<GraphVariable<T>> variables() {
    return List.copyOf(variables);
  }

  /** The logits of features, {@code [rows, features]}, nothing left out. */
  Operand<T> logits(Operand<T> features) {
    return layers(features, 0);
  }

  /** The logits of features with dropout. */
  Operand<T> trainingLogits(Operand<T> features) {
    return layers(features, form.options().dropout());
  }

  private Operand<T> layers(Operand<T> features, double dropout) {
    Operand<T> row = features;
    for (int i = 0; i < form.layers(); i++) {
      Operand<T> sums = tf.linalg.matMul(row, variables.get(2 * i).value());
      Operand<T> out = tf.nn.biasAdd(sums, variables.get(2 * i + 1).value());
      row = form.activation(i).of(tf, out);
      if (dropout > 0 && i < form.layers() - 1) {
        row = dropped(row, dropout, i);
      }
    }
    return row;
  }

  private Operand<T> dropped(Operand<T> row, double dropout, int layer) {
    Operand<TInt64> ofLayer = tf.math.add(seed, tf.constant(new long[] {layer, 0}));
    Operand<T> random = tf.random.statelessRandomUniform(tf.shape(row), ofLayer, type);
    Operand<T> kept = tf.dtypes.cast(tf.math.greaterEqual(random, constant(dropout)), type);
    return tf.math.mul(tf.math.mul(row, constant(1 / (1 - dropout))), kept);
  }

  private Operand<T> constant(double value) {
    return tf.dtypes.cast(tf.constant(value), type);
  }

  /** The mean loss of the rows, a scalar. */
  Operand<T> loss(Operand<T> logits) {
    Operand<T> rows = rowLosses(logits);
    Operand<T> sum = total(tf.math.mul(rows, weights));
    return tf.math.div(sum, tf.dtypes.cast(tf.size(weights, TInt32.class), type));
  }

  /** The loss of each row, {@code [rows]}, without its weight. */
  Operand<T> rowLosses(Operand<T> logits) {
    return switch (form.task()) {
      case CLASSES -> {
        Operand<TInt32> indices = tf.dtypes.cast(tf.squeeze(targets, squeezed()), TInt32.class);
        int classes = form.outputs();
        double rest = labelSmoothing / classes;
        Operand<T> labels =
            tf.oneHot(
                indices, tf.constant(classes), constant(1 - labelSmoothing + rest), constant(rest));
        yield softmaxLosses(logits, labels);
      }
      case LABELS, BINARY -> tf.math.mean(sigmoidLosses(logits), tf.constant(1));
      case NUMBER -> tf.math.mean(tf.math.square(tf.math.sub(logits, targets)), tf.constant(1));
    };
  }

  private Operand<T> softmaxLosses(Operand<T> logits, Operand<T> labels) {
    if (type == TFloat32.class) {
      return tf.nn.softmaxCrossEntropyWithLogits(logits, labels).loss();
    }
    // TensorFlow's gradient of the operation above has a constant of float32.
    Operand<T> logs = tf.nn.logSoftmax(logits);
    return tf.math.neg(
        tf.reduceSum(tf.math.mul(labels, logs), tf.constant(1), ReduceSum.keepDims(false)));
  }

  private static Squeeze.Options squeezed() {
    return Squeeze.axis(List.of(1L));
  }

  /**
   * {@code max(x, 0) - x · y + log(1 + exp(-|x|))}, as TensorFlow's Python has it: with a gradient
   * that is right at 0, where training may begin.
   */
  private Operand<T> sigmoidLosses(Operand<T> logits) {
    Operand<T> labels =
        labelSmoothing == 0
            ? targets
            : tf.math.add(
                tf.math.mul(targets, constant(1 - labelSmoothing)), constant(labelSmoothing / 2));
    Operand<T> zeros = tf.zerosLike(logits);
    Operand<TBool> positive = tf.math.greaterEqual(logits, zeros);
    Operand<T> linear =
        tf.math.sub(tf.select(positive, logits, zeros), tf.math.mul(logits, labels));
    Operand<T> small = tf.math.exp(tf.select(positive, tf.math.neg(logits), logits));
    return tf.math.add(linear, tf.math.log1p(small));
  }

  /** What the weights cost, a scalar. */
  Operand<T> penalty(TrainingOptions.Penalties penalties) {
    Operand<T> sum = constant(0);
    for (GraphVariable<T> variable : variables) {
      if (variable.isKernel() && penalties.l2() > 0) {
        Operand<T> squares = total(tf.math.square(variable.value()));
        sum = tf.math.add(sum, tf.math.mul(squares, constant(penalties.l2())));
      }
      if (variable.isKernel() && penalties.l1() > 0) {
        Operand<T> sizes = total(tf.math.abs(variable.value()));
        sum = tf.math.add(sum, tf.math.mul(sizes, constant(penalties.l1())));
      }
    }
    return sum;
  }

  private Operand<T> total(Operand<T> values) {
    int[] axes = new int[values.shape().numDimensions()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i;
    }
    return tf.reduceSum(values, tf.constant(axes), ReduceSum.keepDims(false));
  }

  /** The head that the variables make, by their nodes. */
  static Head head(HeadForm form, Map<String, Array.Dense> values) {
    List<Layer> layers = new ArrayList<>();
    List<Integer> sizes = form.sizes();
    for (int i = 0; i < form.layers(); i++) {
      layers.add(
          new Layer(
              sizes.get(i),
              sizes.get(i + 1),
              floats(values, "head.layer_" + i + ".kernel"),
              floats(values, "head.layer_" + i + ".bias"),
              form.activation(i)));
    }
    return new Head(form.task(), form.labels(), layers, form.options().dropout());
  }

  private static float[] floats(Map<String, Array.Dense> values, String node) {
    Values.Numbers numbers =
        (Values.Numbers) Objects.requireNonNull(values.get(node), node).values();
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers.getDouble(i);
    }
    return floats;
  }
}
