// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testdata;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.ModuleWriter;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Writes the demo's generator, which makes coloured clouds from random numbers. It has the
 * interface of TF Hub's generators.
 *
 * <p>{@code __call__} and {@code serving_default}: {@code z} float32 [n, {@value #LATENT}] and the
 * scalar {@code truncation}, by which z is multiplied, to {@code output} (in the signature {@code
 * output_0}) float32 [n, {@value #SIZE}, {@value #SIZE}, 3] from -1 to 1.
 */
public final class DemoGeneratorModule {

  /** The number of random numbers per image. */
  public static final int LATENT = 24;

  /** The height and width of an image, in pixels. */
  public static final int SIZE = 64;

  private static final long SEED = 20_240_229;
  private static final int FASTEST_WAVE = 3;

  private DemoGeneratorModule() {}

  /** Writes the module, replacing what is there. */
  public static void write(Path folder) throws IOException {
    writer().overwrite(folder);
  }

  private static ModuleWriter writer() {
    ModuleWriter writer = ModuleWriter.create();
    var waves = writer.variable("waves", waves());
    writer.function(
        "__call__",
        FunctionInputs.of(
            new ArraySpec("z", DType.FLOAT32, Shape.of(-1, LATENT), Layout.DENSE),
            new ArraySpec("truncation", DType.FLOAT32, Shape.of(), Layout.DENSE)),
        f -> generate(f, waves));
    return writer.signature("serving_default", "__call__");
  }

  private static void generate(FunctionScope f, ModuleWriter.Variable waves) {
    Ops tf = f.tf();
    Operand<TFloat32> z =
        tf.math.mul(f.input("z", TFloat32.class), f.input("truncation", TFloat32.class));
    Operand<TFloat32> sums = tf.linalg.matMul(z, f.read(waves, TFloat32.class));
    f.output(
        "output",
        tf.reshape(tf.math.tanh(sums), tf.array(-1, SIZE, SIZE, 3)),
        Shape.of(-1, SIZE, SIZE, 3));
  }

  /** For each random number, one wave over the image, in one colour. */
  private static Array.Dense waves() {
    Random random = new Random(SEED);
    float[] values = new float[LATENT * SIZE * SIZE * 3];
    int next = 0;
    for (int wave = 0; wave < LATENT; wave++) {
      double down = random.nextDouble() * FASTEST_WAVE;
      double across = random.nextDouble() * FASTEST_WAVE;
      double phase = random.nextDouble();
      double[] colour = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          double at = (down * y + across * x) / SIZE + phase;
          for (double part : colour) {
            values[next++] = (float) (0.35 * part * Math.cos(2 * Math.PI * at));
          }
        }
      }
    }
    return new Array.Dense(Shape.of(LATENT, SIZE * SIZE * 3).dims(), Values.of(values));
  }
}
