// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.batch.Batch;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Isolation;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;

/**
 * Calls a module in this process and in a process of its own, in turns, and prints rows a second,
 * the median of their ratios, and processor time: {@code IsolatedModule MODEL LINES|image ROWS
 * BATCH THREADS INTRA_OP ROUNDS}. The rows are divided among the rounds; a tenth more of these, at
 * the beginning, is not counted.
 */
public final class IsolatedModule {

  private IsolatedModule() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int rows = Integer.parseInt(args[2]);
    int size = Integer.parseInt(args[3]);
    int threads = Integer.parseInt(args[4]);
    ModuleOptions options =
        ModuleOptions.DEFAULT
            .withOrigin(ModuleOptions.Origin.LOCAL)
            .withDevices(ModuleOptions.Devices.DEFAULT.withIntraOp(Integer.parseInt(args[5])));
    int rounds = Integer.parseInt(args[6]);
    try (Module here = Module.load(folder, options);
        Module there = Module.load(folder, options.withIsolation(Isolation.DEFAULT))) {
      ModuleFunction function = here.function(FunctionChoice.ANY);
      ModuleFunction isolated = there.function(FunctionChoice.ANY);
      String input = function.inputs().get(0).name();
      List<Batch> batches =
          args[1].equals("image")
              ? List.of(BareModule.pixels(input, size))
              : BareModule.texts(input, Path.of(args[1]), rows, size);
      int calls = Math.max(threads, rows / size / rounds);
      List<Double> ratios = new ArrayList<>();
      double[] seconds = new double[4];
      for (int round = -rounds / 10 - 1; round < rounds; round++) {
        double[] own = measured(function, batches, threads, calls);
        double[] other = measured(isolated, batches, threads, calls);
        if (round >= 0) {
          ratios.add(own[0] / other[0]);
          for (int i = 0; i < 2; i++) {
            seconds[i] += own[i];
            seconds[2 + i] += other[i];
          }
        }
      }
      ratios.sort(null);
      double all = (double) rounds * calls * size;
      System.out.printf(
          "%s: rows/s %.0f, isolated %.0f, median ratio %.3f; us CPU a row %.2f, isolated %.2f%n",
          folder.getFileName(),
          all / seconds[0],
          all / seconds[2],
          ratios.get(ratios.size() / 2),
          seconds[1] / all * 1e6,
          seconds[3] / all * 1e6);
    }
  }

  /** The seconds that calls take, and those of processor time in all processes. */
  private static double[] measured(
      ModuleFunction function, List<Batch> batches, int threads, int calls) throws Exception {
    double before = processor();
    double seconds =
        Threads.run(threads, calls, i -> function.call(batches.get(i % batches.size())));
    return new double[] {seconds, processor() - before};
  }

  private static double processor() {
    return Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants())
        .mapToDouble(p -> p.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9)
        .sum();
  }
}
