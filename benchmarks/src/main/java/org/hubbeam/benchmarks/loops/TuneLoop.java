// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.ExampleEncoder;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.TrainableFunction;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.training.Checkpoints;
import org.hubbeam.training.FineTuner;
import org.hubbeam.training.HeadOptions;
import org.hubbeam.training.InputCollector;
import org.hubbeam.training.InputData;
import org.hubbeam.training.Optimizer;
import org.hubbeam.training.Split;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingHistory;
import org.hubbeam.training.TrainingListener;
import org.hubbeam.training.TrainingOptions;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * {@code TuneLoop FOLDER ROWS BATCH EPOCHS [TABLE]} trains a module with a linear head on made rows
 * of 11 classes, with Adam: a module that takes texts, numbers, or integers, of which it gets 0 and
 * 1; with TABLE, a module that is written into FOLDER if there is none, and gives the mean of 20
 * rows of a table of so many rows of 128 floats. Prints rows a second of processor time, of the
 * epochs after the first.
 */
public final class TuneLoop {

  private static final FunctionChoice FUNCTION = FunctionChoice.of("__call__");
  private static final int CLASSES = 11;
  private static final int IDS = 20;
  private static final int WIDTH = 128;

  /** The length of what may have any. */
  private static final int LENGTH = 16;

  private TuneLoop() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    Path module = Path.of(args[0]);
    int rows = Integer.parseInt(args[1]);
    int epochs = Integer.parseInt(args[3]);
    int table = args.length > 4 ? Integer.parseInt(args[4]) : 0;
    if (table > 0 && !Files.isDirectory(module)) {
      write(module, table);
    }
    TrainingOptions options =
        TrainingOptions.DEFAULT
            .withOptimizer(new Optimizer.Adam(0.001))
            .withBatchSize(Integer.parseInt(args[2]))
            .withEpochs(epochs)
            .withSplit(Split.NONE);
    TrainableFunction function = TrainableFunction.of(module, ModuleOptions.DEFAULT, FUNCTION);
    Path folder = Files.createTempDirectory("tune-loop");
    try (InputData data = data(inputs(function, rows, table), options, folder)) {
      Clock clock = new Clock();
      FineTuner tuner = FineTuner.of(module, ModuleOptions.DEFAULT, FUNCTION);
      if (function.outputs().size() > 1) {
        tuner = tuner.withOutput("default");
      }
      tuner.train(data, HeadOptions.LINEAR, options, Checkpoints.none(), clock);
      System.out.printf("rows/s %.1f%n", rows * (epochs - 1L) / (clock.end - clock.start));
      System.out.printf("measured loss %.4f%n", clock.loss);
    } finally {
      FileTrees.delete(folder);
    }
  }

  private static void write(Path folder, int rows) throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    float[] values = new float[Math.multiplyExact(rows, WIDTH)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5) / 4;
    }
    ModuleWriter writer = ModuleWriter.create();
    ModuleWriter.Variable table =
        writer.variable(
            "table", new Array.Dense(List.of((long) rows, (long) WIDTH), Values.of(values)));
    writer.function(
        "__call__",
        FunctionInputs.of(new ArraySpec("ids", DType.INT64, Shape.of(-1, IDS), Layout.DENSE)),
        f -> {
          Operand<TFloat32> used =
              f.tf().resourceGather(f.handle(table), f.input("ids", TInt64.class), TFloat32.class);
          f.output("output", f.tf().math.mean(used, f.tf().constant(1)), Shape.of(-1, WIDTH));
        });
    writer.write(folder);
  }

  private static Map<String, Array> inputs(TrainableFunction function, int rows, int table) {
    Map<String, Array> inputs = new LinkedHashMap<>();
    for (ArraySpec input : function.inputs()) {
      Array values = table > 0 ? ids(rows, table) : null;
      if (values == null) {
        values = input.dtype() == DType.STRING ? texts(rows) : numbers(input, rows);
      }
      inputs.put(input.name(), values);
    }
    return inputs;
  }

  private static Array numbers(ArraySpec input, int rows) {
    SplittableRandom random = new SplittableRandom(1);
    List<Long> dims = new ArrayList<>(List.of((long) rows));
    input.shape().row().dims().forEach(d -> dims.add(d < 0 ? LENGTH : d));
    int size = Math.toIntExact(dims.stream().reduce(1L, Math::multiplyExact));
    if (!input.dtype().isFloating()) {
      return new Array.Dense(dims, Values.of(random.longs(size, 0, 2).toArray()));
    }
    float[] floats = new float[size];
    for (int i = 0; i < size; i++) {
      floats[i] = (float) random.nextDouble();
    }
    return new Array.Dense(dims, Values.of(floats));
  }

  private static Array ids(int rows, int table) {
    SplittableRandom random = new SplittableRandom(1);
    return new Array.Dense(
        List.of((long) rows, (long) IDS),
        Values.of(random.longs((long) rows * IDS, 0, table).toArray()));
  }

  /** Sentences of eight words of one to eight letters. */
  private static Array texts(int rows) {
    SplittableRandom random = new SplittableRandom(1);
    String[] texts = new String[rows];
    for (int row = 0; row < rows; row++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < 8; word++) {
        text.append(word == 0 ? "" : " ");
        for (int letter = random.nextInt(8); letter >= 0; letter--) {
          text.append((char) ('a' + (row % CLASSES + random.nextInt(14)) % 26));
        }
      }
      texts[row] = text.toString();
    }
    return Array.Dense.vector(Values.of(texts));
  }

  private static InputData data(Map<String, Array> inputs, TrainingOptions options, Path folder) {
    int rows = inputs.values().iterator().next().rows();
    String[] labels = new String[rows];
    long[] hashes = new long[rows];
    for (int row = 0; row < rows; row++) {
      labels[row] = "class " + row % CLASSES;
      hashes[row] = row;
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    inputs.forEach((name, values) -> columns.put(InputCollector.INPUT + name, values));
    columns.put("label", Array.Dense.vector(Values.of(labels)));
    columns.put("hash", Array.Dense.vector(Values.of(hashes)));
    Batch batch = Batch.of(columns);
    ExampleEncoder encoder = new ExampleEncoder(batch, ExampleCodec.Doubles.REFUSE);
    try (InputCollector collector =
        InputCollector.of(Task.CLASSES, BatchSchema.of(batch), options, folder, failure -> {})) {
      for (int row = 0; row < rows; row++) {
        byte[] bytes = new byte[encoder.size(row)];
        encoder.write(row, bytes, 0);
        collector.addExample(bytes, 0, bytes.length, "", row);
      }
      return collector.finish();
    }
  }

  /** Takes the time after the first epoch and after the last one. */
  private static final class Clock implements TrainingListener {
    private double start;
    private double end;
    private double loss;

    @Override
    public void epoch(TrainingHistory.EpochMetrics epoch) {
      end = SetLoop.clock();
      start = epoch.epoch() == 1 ? end : start;
      loss = epoch.train();
    }
  }
}
