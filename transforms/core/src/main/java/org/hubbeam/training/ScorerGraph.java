// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.ModuleWriter;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.All;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/** A scorer in a module that is being written: its variables, and what it computes of them. */
final class ScorerGraph {

  private final ModuleWriter writer;
  private final Scorer scorer;
  private final List<ModuleWriter.Variable> kernels = new ArrayList<>();
  private final BiFunction<FunctionScope, Input, Operand<TFloat32>> logits;

  /** Vectors, and how they are scored. */
  private record Input(Operand<TFloat32> vectors, FeatureGraph.Mode mode) {}

  /** Layers as variables. */
  private record Dense(ModuleWriter.Variable kernel, ModuleWriter.Variable bias, Layer layer) {
    Operand<TFloat32> of(FunctionScope f, Operand<TFloat32> x) {
      Ops tf = f.tf();
      Operand<TFloat32> sums =
          tf.math.add(
              tf.linalg.matMul(x, f.read(kernel, TFloat32.class)), f.read(bias, TFloat32.class));
      return layer.activation().of(tf, sums);
    }
  }

  /** Adds the scorer's variables to the module. */
  ScorerGraph(ModuleWriter writer, Scorer scorer) {
    this.writer = writer;
    this.scorer = scorer;
    this.logits =
        scorer instanceof Ensemble ensemble
            ? ensemble(ensemble)
            : head("head", (Head) scorer, ((Head) scorer).layers().size());
  }

  /**
   * Probabilities, or numbers: float32 [n, k]. All are NaN in rows with a vector that is not
   * finite.
   */
  Operand<TFloat32> scores(FunctionScope f, Operand<TFloat32> vectors, FeatureGraph.Mode mode) {
    Operand<TFloat32> given =
        onlyFinite(f.tf(), vectors, logits.apply(f, new Input(vectors, mode)));
    return switch (scorer.task()) {
      case CLASSES -> f.tf().nn.softmax(given);
      case LABELS, BINARY -> f.tf().math.sigmoid(given);
      case NUMBER -> given;
    };
  }

  // TensorFlow's ReLU makes numbers of NaN, and sigmoids make 1 of an infinity.
  private static Operand<TFloat32> onlyFinite(
      Ops tf, Operand<TFloat32> vectors, Operand<TFloat32> results) {
    Operand<TBool> rows =
        tf.all(tf.math.isFinite(vectors), tf.constant(new int[] {1}), All.keepDims(true));
    return tf.select(rows, results, tf.constant(Float.NaN));
  }

  /** Adds a function that gives what large weights of heads cost, if they cost something. */
  void addPenalties(String path, TrainingOptions.Penalties penalties) {
    if (penalties.l1() == 0 && penalties.l2() == 0) {
      return;
    }
    writer.function(
        path,
        FunctionInputs.of(),
        f -> {
          Ops tf = f.tf();
          List<Operand<TFloat32>> sums = new ArrayList<>();
          for (ModuleWriter.Variable kernel : kernels) {
            Operand<TFloat32> weights =
                tf.reshape(f.read(kernel, TFloat32.class), tf.constant(new int[] {-1}));
            if (penalties.l1() > 0) {
              sums.add(weighted(tf, penalties.l1(), tf.math.abs(weights)));
            }
            if (penalties.l2() > 0) {
              sums.add(weighted(tf, penalties.l2(), tf.math.square(weights)));
            }
          }
          f.output("output", tf.math.addN(sums));
        });
  }

  private static Operand<TFloat32> weighted(Ops tf, double weight, Operand<TFloat32> costs) {
    return tf.math.mul(tf.constant((float) weight), tf.sum(costs, tf.constant(0)));
  }

  /** The first layers of a head; what is left out in training comes after each hidden one. */
  private BiFunction<FunctionScope, Input, Operand<TFloat32>> head(
      String path, Head head, int count) {
    List<Dense> layers = new ArrayList<>();
    for (Layer layer : head.layers().subList(0, count)) {
      String at = path + "_" + layers.size();
      ModuleWriter.Variable kernel =
          writer.variable(at + ".kernel", matrix(layer.in(), layer.out(), layer.weights()));
      kernels.add(kernel);
      layers.add(
          new Dense(
              kernel,
              writer.variable(at + ".bias", Array.Dense.vector(Values.of(layer.bias()))),
              layer));
    }
    int hidden = head.layers().size() - 1;
    return (f, input) -> {
      Operand<TFloat32> x = input.vectors();
      for (int i = 0; i < layers.size(); i++) {
        x = layers.get(i).of(f, x);
        if (i < hidden && input.mode() == FeatureGraph.Mode.TRAINING && head.dropout() > 0) {
          x = dropout(f.tf(), x, (float) head.dropout());
        }
      }
      return x;
    };
  }

  private static Operand<TFloat32> dropout(Ops tf, Operand<TFloat32> x, float rate) {
    Operand<TFloat32> random = tf.random.randomUniform(tf.shape(x), TFloat32.class);
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(random, tf.constant(rate)), TFloat32.class);
    return tf.math.mul(tf.math.mul(x, tf.constant(1 / (1 - rate))), kept);
  }

  private BiFunction<FunctionScope, Input, Operand<TFloat32>> ensemble(Ensemble ensemble) {
    List<BiFunction<FunctionScope, Input, Operand<TFloat32>>> members = new ArrayList<>();
    for (Member member : ensemble.members()) {
      members.add(member("member_" + members.size(), member, ensemble.widths()));
    }
    ModuleWriter.Variable bias = isZero(ensemble.bias()) ? null : bias(ensemble);
    return (f, input) -> {
      List<Operand<TFloat32>> sides = new ArrayList<>();
      members.forEach(m -> sides.add(m.apply(f, input)));
      Operand<TFloat32> sum = sides.size() == 1 ? sides.get(0) : f.tf().math.addN(sides);
      return bias == null ? sum : f.tf().math.add(sum, f.read(bias, TFloat32.class));
    };
  }

  private ModuleWriter.Variable bias(Ensemble ensemble) {
    return writer.variable("ensemble.bias", Array.Dense.vector(Values.of(ensemble.bias())));
  }

  private static boolean isZero(float[] values) {
    for (float value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /** A member's weighted logits. */
  private BiFunction<FunctionScope, Input, Operand<TFloat32>> member(
      String path, Member member, List<Integer> widths) {
    int layers = member.head().layers().size();
    boolean beforeLast = member.weights() instanceof Mixture.Matrix;
    BiFunction<FunctionScope, Input, Operand<TFloat32>> head =
        head(path + "_head", member.head(), beforeLast ? layers - 1 : layers);
    ModuleWriter.Variable weight = writer.variable(path + ".weight", weight(member.weights()));
    return (f, input) -> {
      Ops tf = f.tf();
      Operand<TFloat32> row = row(tf, member, widths, input.vectors());
      Operand<TFloat32> given = head.apply(f, new Input(row, input.mode()));
      Operand<TFloat32> weights = f.read(weight, TFloat32.class);
      return beforeLast ? tf.linalg.matMul(given, weights) : tf.math.mul(given, weights);
    };
  }

  private static Array.Dense weight(Mixture mixture) {
    if (mixture instanceof Mixture.Matrix matrix) {
      return matrix(matrix.in(), matrix.out(), matrix.weights());
    }
    return mixture instanceof Mixture.Vector vector
        ? Array.Dense.vector(Values.of(vector.weights()))
        : Array.Dense.scalar(Values.of(((Mixture.Scalar) mixture).weight()));
  }

  /** The features of a member, concatenated. */
  private static Operand<TFloat32> row(
      Ops tf, Member member, List<Integer> widths, Operand<TFloat32> vectors) {
    List<Operand<TFloat32>> parts = new ArrayList<>();
    for (int feature : member.features()) {
      int from = widths.subList(0, feature).stream().mapToInt(Integer::intValue).sum();
      parts.add(
          tf.slice(
              vectors,
              tf.constant(new int[] {0, from}),
              tf.constant(new int[] {-1, widths.get(feature)})));
    }
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(1));
  }

  private static Array.Dense matrix(int rows, int columns, float[] values) {
    return new Array.Dense(List.of((long) rows, (long) columns), Values.of(values));
  }
}
