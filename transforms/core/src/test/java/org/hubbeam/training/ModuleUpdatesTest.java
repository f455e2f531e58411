// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.gradients.VariableGradient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

class ModuleUpdatesTest {

  private static final int WIDTH = 4;

  static Stream<Optimizer> optimizers() {
    return Stream.of(
        new Optimizer.Adam(0.01),
        new Optimizer.Sgd(0.1),
        new Optimizer.Sgd(0.1, 0.9, Optimizer.Momentum.PLAIN),
        new Optimizer.Sgd(0.1, 0.9, Optimizer.Momentum.NESTEROV),
        new Optimizer.Adagrad(0.1));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void changesRowsAsItChangesWholeVariables(Optimizer optimizer) {
    int rows = 5;
    try (Training whole = new Training(optimizer, rows, false, null);
        Training table = new Training(optimizer, rows, true, null)) {
      double[] weights = new double[rows * WIDTH];
      double[][] slots = new double[2][rows * WIDTH];
      UpdateFormulas.slots(optimizer);
      for (int i = 0; i < UpdateFormulas.slots(optimizer).size(); i++) {
        Arrays.fill(slots[i], UpdateFormulas.slots(optimizer).get(i));
      }
      Random random = new Random(3);
      for (int step = 1; step <= 4; step++) {
        // each row twice, so that its gradient is a sum
        float[] slices = new float[2 * rows * WIDTH];
        float[] sums = new float[rows * WIDTH];
        long[] indices = new long[2 * rows];
        for (int i = 0; i < slices.length; i++) {
          slices[i] = (float) random.nextGaussian();
          sums[i % sums.length] += slices[i];
        }
        Arrays.setAll(indices, i -> i % rows);
        float length = StepLength.of(optimizer, optimizer.rate(), step - 1);
        whole.step(new long[0], sums, length);
        table.step(indices, slices, length);
        for (int i = 0; i < sums.length; i++) {
          weights[i] = stepped(optimizer, weights[i], slots, i, sums[i], step);
        }
      }
      assertThat(doubles(whole.values())).containsExactly(weights, within(1e-6));
      assertThat(doubles(table.values())).containsExactly(weights, within(1e-6));
    }
  }

  /** The formulas as Keras has them, in double precision. */
  private static double stepped(
      Optimizer optimizer, double weight, double[][] slots, int i, double gradient, int step) {
    if (optimizer instanceof Optimizer.Adam adam) {
      slots[0][i] += (gradient - slots[0][i]) * (1 - adam.beta1());
      slots[1][i] += (gradient * gradient - slots[1][i]) * (1 - adam.beta2());
      double alpha =
          adam.rate()
              * Math.sqrt(1 - Math.pow(adam.beta2(), step))
              / (1 - Math.pow(adam.beta1(), step));
      return weight - alpha * slots[0][i] / (Math.sqrt(slots[1][i]) + adam.epsilon());
    }
    if (optimizer instanceof Optimizer.Adagrad adagrad) {
      slots[0][i] += gradient * gradient;
      return weight - adagrad.rate() * gradient / Math.sqrt(slots[0][i] + adagrad.epsilon());
    }
    Optimizer.Sgd sgd = (Optimizer.Sgd) optimizer;
    slots[0][i] = sgd.momentum() * slots[0][i] - sgd.rate() * gradient;
    return sgd.kind() == Optimizer.Momentum.NESTEROV
        ? weight + sgd.momentum() * slots[0][i] - sgd.rate() * gradient
        : weight + slots[0][i];
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void leavesRowsThatNoBatchUsedAsTheyAre(Optimizer optimizer) {
    try (Training table = new Training(optimizer, 5, true, null)) {
      for (int step = 1; step <= 3; step++) {
        float[] slices = {1, 1, 1, 1, 1, 1, 1, 1};
        table.step(new long[] {3, step % 2}, slices, StepLength.of(optimizer, 0.1, step - 1));
      }
      float[] values = table.values();
      assertThat(Arrays.copyOfRange(values, 2 * WIDTH, 3 * WIDTH)).containsOnly(0);
      assertThat(Arrays.copyOfRange(values, 4 * WIDTH, 5 * WIDTH)).containsOnly(0);
      assertThat(Arrays.copyOfRange(values, 0, 2 * WIDTH)).doesNotContain(0);
      table.step(new long[0], new float[0], 0.1f);
      assertThat(table.values()).as("an empty batch").containsExactly(values);
    }
  }

  @Test
  void clipsByTheNormOfTheSums() {
    try (Training table = new Training(new Optimizer.Sgd(1), 2, true, 0.5)) {
      table.step(new long[] {1, 1}, new float[] {1, 0, 0, 0, 2, 4, 0, 0}, 1);
      assertThat(table.values()).containsExactly(0, 0, 0, 0, -0.3f, -0.4f, 0, 0);
      table.step(new long[] {1}, new float[] {0.3f, 0.4f, 0, 0}, 1);
      assertThat(doubles(table.values()))
          .containsExactly(new double[] {0, 0, 0, 0, -0.6, -0.8, 0, 0}, within(1e-6));
    }
  }

  @Test
  void takesNoLongerForALargerTable() {
    Optimizer adam = new Optimizer.Adam(0.001);
    int used = 1_000;
    try (Training small = new Training(adam, 10_000, true, null);
        Training large = new Training(adam, 1_000_000, true, null)) {
      float[] slices = new float[used * WIDTH];
      Arrays.fill(slices, 1);
      List<Double> ratios = new ArrayList<>();
      Random random = new Random(1);
      for (int i = 0; i < 30; i++) {
        long fast = time(small, random.longs(used, 0, 10_000).toArray(), slices);
        long slow = time(large, random.longs(used, 0, 1_000_000).toArray(), slices);
        ratios.add((double) slow / fast);
      }
      ratios.sort(null);
      // a step that copied the table, or went through all its rows, would take 20 times as long
      assertThat(ratios.get(ratios.size() / 4)).isLessThan(2);
    }
  }

  private static long time(Training training, long[] indices, float[] slices) {
    long start = System.nanoTime();
    training.step(indices, slices, 0.001f);
    return System.nanoTime() - start;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /** A variable of zeros, changed by gradients that are given. */
  private static final class Training implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session;
    private final int rows;
    private final String read;
    private final String update;

    Training(Optimizer optimizer, int rows, boolean table, Double clipNorm) {
      this.rows = rows;
      Ops tf = Ops.create(graph);
      var handle =
          tf.withName("variable")
              .varHandleOp(
                  TFloat32.class,
                  org.tensorflow.ndarray.Shape.of(rows, WIDTH),
                  VarHandleOp.sharedName("variable" + System.nanoTime()));
      var zeros = tf.assignVariableOp(handle, tf.fill(tf.array(rows, WIDTH), tf.constant(0f)));
      tf.withName("indices").placeholder(TInt64.class);
      tf.withName("values")
          .placeholder(
              TFloat32.class,
              Placeholder.shape(org.tensorflow.ndarray.Shape.of(table ? -1 : rows, WIDTH)));
      VariableGradient gradient =
          table
              ? new VariableGradient.Sparse("variable", "indices:0", "values:0")
              : new VariableGradient.Dense("variable", "values:0");
      ModuleUpdates optimizing = new ModuleUpdates(graph, optimizer);
      update =
          optimizing.add(
              List.of(
                  new ModuleUpdates.Part(gradient, DType.FLOAT32, Shape.of(rows, WIDTH), "all")),
              clipNorm,
              List.of());
      read = tf.readVariableOp(handle, TFloat32.class).op().name();
      session = new Session(graph);
      Session.Runner runner = session.runner().addTarget(zeros.op().name());
      optimizing.starts().forEach(runner::addTarget);
      runner.run().close();
    }

    void step(long[] indices, float[] values, float length) {
      try (TInt64 at =
              TInt64.tensorOf(
                  org.tensorflow.ndarray.Shape.of(indices.length), DataBuffers.of(indices));
          TFloat32 by =
              TFloat32.tensorOf(
                  org.tensorflow.ndarray.Shape.of(values.length / WIDTH, WIDTH),
                  DataBuffers.of(values));
          TFloat32 step = TFloat32.scalarOf(length)) {
        session
            .runner()
            .feed("indices", at)
            .feed("values", by)
            .feed(ModuleUpdates.length("all"), step)
            .addTarget(update)
            .run()
            .close();
      }
    }

    float[] values() {
      float[] values = new float[rows * WIDTH];
      try (var result = session.runner().fetch(read).run()) {
        ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(values);
      }
      return values;
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }
}
