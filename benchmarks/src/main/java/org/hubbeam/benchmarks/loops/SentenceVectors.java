// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;

/** The vectors of sentences by a module. */
public final class SentenceVectors {

  private static final int SIZE = 500;

  private SentenceVectors() {}

  /** Vectors of length 1 of the lines of all text files in a folder, each vector once. */
  public static List<float[]> of(Path model, Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> !file.toString().endsWith(".md")).sorted().toList();
    }
    Set<FloatBuffer> vectors = new LinkedHashSet<>();
    ModuleOptions options = ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL);
    try (Module module = Module.load(model, options)) {
      ModuleFunction function = module.function(FunctionChoice.ANY);
      String input = function.inputs().get(0).name();
      for (Path file : files) {
        for (Batch texts : BareModule.texts(input, file, Integer.MAX_VALUE, SIZE)) {
          add(function.call(texts), function.outputs().get(0).name(), vectors);
        }
      }
    }
    return vectors.stream().map(FloatBuffer::array).toList();
  }

  private static void add(Batch found, String column, Set<FloatBuffer> vectors) {
    Array.Dense dense = (Array.Dense) found.column(column);
    float[] values = ((Values.Numbers) dense.values()).toFloats();
    int dimension = values.length / found.rows();
    for (int row = 0; row < found.rows(); row++) {
      float[] vector = Arrays.copyOfRange(values, row * dimension, (row + 1) * dimension);
      float[] normalized = Vectors.normalized(vector);
      if (Float.isFinite(normalized[0])) {
        vectors.add(FloatBuffer.wrap(normalized));
      }
    }
  }
}
