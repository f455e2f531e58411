// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;

/**
 * Calls a module on batches in memory, from several threads, and prints rows a second: {@code
 * BareModule MODEL LINES|image ROWS BATCH THREADS INTRA_OP}. The first tenth of the calls is not
 * counted.
 */
public final class BareModule {

  private static final int SIDE = 224;

  private BareModule() {}

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
    try (Module module = Module.load(folder, options)) {
      ModuleFunction function = module.function(FunctionChoice.ANY);
      ArraySpec input = function.inputs().get(0);
      List<Batch> batches =
          args[1].equals("image")
              ? List.of(pixels(input.name(), size))
              : texts(input.name(), Path.of(args[1]), rows, size);
      int calls = Math.max(1, rows / size);
      Threads.Part call = i -> function.call(batches.get(i % batches.size()));
      Threads.run(threads, Math.max(threads, calls / 10), call);
      double seconds = Threads.run(threads, calls, call);
      System.out.printf(
          "bare %s rows/s %d%n", folder.getFileName(), Math.round((double) calls * size / seconds));
    }
  }

  static List<Batch> texts(String column, Path file, int rows, int size) throws IOException {
    List<Batch> batches = new ArrayList<>();
    BatchBuilder builder = new BatchBuilder(file.toString());
    ColumnBuilder texts = builder.dense(column, DType.STRING);
    try (var lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines.limit(rows)::iterator) {
        texts.addText(line);
        builder.endRow(0);
        if (builder.rows() == size) {
          batches.add(builder.build());
        }
      }
    }
    return batches;
  }

  static Batch pixels(String column, int size) {
    float[] values = new float[size * SIDE * SIDE * 3];
    Arrays.fill(values, 0.5f);
    List<Long> dims = List.of((long) size, (long) SIDE, (long) SIDE, 3L);
    return Batch.of(Map.of(column, new Array.Dense(dims, Values.of(values))));
  }
}
