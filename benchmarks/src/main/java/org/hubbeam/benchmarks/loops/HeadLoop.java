// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.hubbeam.training.Checkpoints;
import org.hubbeam.training.HeadOptions;
import org.hubbeam.training.HeadTrainer;
import org.hubbeam.training.Optimizer;
import org.hubbeam.training.RowCollector;
import org.hubbeam.training.Split;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingData;
import org.hubbeam.training.TrainingHistory;
import org.hubbeam.training.TrainingListener;
import org.hubbeam.training.TrainingOptions;

/**
 * {@code HeadLoop ROWS FEATURES BATCH EPOCHS [HIDDEN,...]} trains a head on made vectors of 11
 * classes, with Adam. Prints rows a second of processor time, of the epochs after the first
 * quarter, or of everything where there is one epoch.
 */
public final class HeadLoop {

  private static final int CLASSES = 11;

  private HeadLoop() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[0]);
    int epochs = Integer.parseInt(args[3]);
    List<Integer> hidden =
        args.length == 4
            ? List.of()
            : Arrays.stream(args[4].split(",", -1)).map(Integer::valueOf).toList();
    TrainingOptions options =
        TrainingOptions.DEFAULT
            .withOptimizer(new Optimizer.Adam(0.001))
            .withBatchSize(Integer.parseInt(args[2]))
            .withEpochs(epochs)
            .withSplit(Split.NONE);
    Path folder = Files.createTempDirectory("head-loop");
    double start = SetLoop.clock();
    try (RowCollector collector = RowCollector.of(Task.CLASSES, options, folder, failure -> {})) {
      add(collector, rows, Integer.parseInt(args[1]));
      try (TrainingData data = collector.finish()) {
        Clock clock = new Clock(Math.max(1, epochs / 4), epochs > 1 ? Double.NaN : start);
        HeadTrainer.train(
            data, HeadOptions.LINEAR.withHidden(hidden), options, Checkpoints.none(), clock);
        long measured = epochs > 1 ? epochs - epochs / 4 : 1;
        System.out.printf("rows/s %.1f%n", rows * measured / (clock.end - clock.start));
        System.out.printf("measured loss %.4f%n", clock.loss);
      }
    } finally {
      Files.deleteIfExists(folder);
    }
  }

  private static void add(RowCollector collector, int rows, int features) {
    SplittableRandom random = new SplittableRandom(1);
    float[][] centres = new float[CLASSES][features];
    for (float[] centre : centres) {
      for (int i = 0; i < features; i++) {
        centre[i] = (float) (random.nextDouble() - 0.5) * 0.2f;
      }
    }
    for (int row = 0; row < rows; row++) {
      float[] vector = new float[features];
      for (int i = 0; i < features; i++) {
        vector[i] = centres[row % CLASSES][i] + (float) (random.nextDouble() - 0.5);
      }
      collector.add("", row, vector, List.of("class " + row % CLASSES), 1);
    }
  }

  /** Takes the time after an epoch and after the last one. */
  private static final class Clock implements TrainingListener {
    private final int first;
    private double start;
    private double end;
    private double loss;

    Clock(int first, double start) {
      this.first = first;
      this.start = start;
    }

    @Override
    public void epoch(TrainingHistory.EpochMetrics epoch) {
      if (epoch.epoch() == first && Double.isNaN(start)) {
        start = SetLoop.clock();
      }
      end = SetLoop.clock();
      loss = epoch.train();
    }
  }
}
