// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.training.TrainingHistory.End;
import org.hubbeam.training.TrainingHistory.EpochMetrics;
import org.hubbeam.training.TrainingHistory.Measured;
import org.hubbeam.training.TrainingHistory.StepLoss;

/** The training of a linear head by L-BFGS, with its checkpoints and history. */
final class LinearTraining {

  /** In states from which there is no better point. */
  private static final String STUCK = "stuck";

  private final LinearObjective objective;
  private final Optimizer.Lbfgs optimizer;
  private final TrainingRows heldOut;
  private final TrainingLoop.Surroundings surroundings;
  private final List<StepLoss> points = new ArrayList<>();
  private final long start = System.nanoTime();
  private final CheckpointClock clock;
  private double secondsBefore;
  private boolean moves = true;
  private LbfgsSolver solver;

  LinearTraining(
      LinearObjective objective,
      Optimizer.Lbfgs optimizer,
      TrainingRows heldOut,
      TrainingLoop.Surroundings surroundings) {
    this.objective = objective;
    this.optimizer = optimizer;
    this.heldOut = heldOut;
    this.surroundings = surroundings;
    this.clock = new CheckpointClock(surroundings.checkpoints().interval());
    this.solver = solver();
  }

  /**
   * Trains to the end.
   *
   * @throws TrainingException when the loss is not finite
   */
  TrainedHead run() {
    surroundings.listener().started(optimizer.maxSteps(), points.size());
    while (!solver.isConverged() && points.size() < optimizer.maxSteps() && moves) {
      moves = solver.step();
      double loss = solver.point().value();
      if (!Double.isFinite(loss)) {
        throw new TrainingException(
            "the loss is %s at step %d of L-BFGS: features or weights are too large"
                .formatted(loss, points.size() + 1));
      }
      StepLoss point = new StepLoss(points.size() + 1, loss, 1);
      points.add(point);
      surroundings.listener().step(point);
      if (clock.isDue(points.size())) {
        write();
      }
    }
    if (clock.isBehind(points.size())) {
      write();
    }
    return result(moves && !solver.isConverged() ? End.EPOCHS : End.CONVERGED);
  }

  private TrainedHead result(End end) {
    double[] x = solver.point().x();
    Measured measured = heldOut.rows() == 0 ? null : objective.measure(x, heldOut);
    EpochMetrics epoch = new EpochMetrics(1, points.size(), solver.point().value(), measured);
    surroundings.listener().epoch(epoch);
    return new TrainedHead(
        objective.head(x),
        new TrainingHistory(points, List.of(epoch), points.size(), points.size(), end, seconds()));
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - start) * 1e-9;
  }

  /** From the state that was written last, or from weights of 0. */
  private LbfgsSolver solver() {
    try (InputStream in = surroundings.checkpoints().open()) {
      if (in == null) {
        return new LbfgsSolver(
            objective, optimizer, LbfgsSolver.Point.of(objective, new double[objective.size()]));
      }
      TrainingState state = TrainingState.read(in, surroundings.fingerprint());
      points.addAll(state.points());
      clock.from(points.size());
      secondsBefore = state.seconds();
      moves = !state.values().containsKey(STUCK);
      LbfgsSolver.Point point =
          new LbfgsSolver.Point(
              doubles(state, "x"), doubles(state, "value")[0], doubles(state, "gradient"));
      LbfgsSolver restored = new LbfgsSolver(objective, optimizer, point);
      for (int i = 0; state.values().containsKey("pair." + i + ".x"); i++) {
        restored
            .pairs()
            .addLast(
                new LbfgsSolver.Pair(
                    doubles(state, "pair." + i + ".x"), doubles(state, "pair." + i + ".gradient")));
      }
      return restored;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] doubles(TrainingState state, String name) {
    Array.Dense array = Objects.requireNonNull(state.values().get(name), name);
    double[] values = new double[array.values().size()];
    ByteBuffer.wrap(((Values.Numbers) array.values()).bytes())
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .get(values);
    return values;
  }

  private void write() {
    Map<String, Array.Dense> values = new LinkedHashMap<>();
    values.put("x", array(solver.point().x()));
    values.put("value", array(solver.point().value()));
    values.put("gradient", array(solver.point().gradient()));
    if (!moves) {
      values.put(STUCK, array(1));
    }
    int i = 0;
    for (LbfgsSolver.Pair pair : solver.pairs()) {
      values.put("pair." + i + ".x", array(pair.x()));
      values.put("pair." + i++ + ".gradient", array(pair.gradient()));
    }
    TrainingState state =
        new TrainingState(
            values, points.size(), TrainingState.Sums.NONE, null, points, List.of(), seconds());
    clock.write(surroundings, state);
  }

  private static Array.Dense array(double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return Array.Dense.vector(new Values.Numbers(DType.FLOAT64, bytes.array()));
  }
}
