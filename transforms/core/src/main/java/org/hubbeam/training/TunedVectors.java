// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.ModuleVariable;
import org.hubbeam.gradients.TrainableFunction;
import org.hubbeam.gradients.TrainingSession;
import org.hubbeam.model.RowFeeds;
import org.hubbeam.vectors.Pooling;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.PostProcessor;

/** The vectors that a module gives after it was trained. Not for several threads. */
@Internal
public final class TunedVectors implements AutoCloseable {

  private static final String VECTORS = "vectors";

  private final TrainableFunction function;
  private final String tensor;
  private final Pooling.Kind pooling;
  private final TrainingSession session;

  private TunedVectors(
      TrainableFunction function, String tensor, Pooling.Kind pooling, TrainingSession session) {
    this.function = function;
    this.tensor = tensor;
    this.pooling = pooling;
    this.session = session;
  }

  /** A function as it is used, with these values of variables. */
  static TunedVectors open(
      TrainableFunction function,
      String output,
      Pooling.Kind pooling,
      Map<String, Array.Dense> values) {
    TrainingSession session = TrainingSession.open(function, function.graph(), Map.of());
    Map<String, ModuleVariable> variables =
        function.variables().stream()
            .collect(Collectors.toMap(ModuleVariable::path, v -> v, (a, b) -> a));
    values.forEach(
        (path, value) -> {
          if (variables.containsKey(path)) {
            session.assign(path, value);
          }
        });
    return new TunedVectors(
        function,
        Objects.requireNonNull(function.outputTensors().get(output)).get(0),
        pooling,
        session);
  }

  /**
   * The vectors of rows, float32 [n, d].
   *
   * @param rows what the function takes, by the names of its inputs
   */
  public Array.Dense of(Batch rows) {
    List<float[]> vectors = new ArrayList<>();
    for (RowFeeds.Call call : RowFeeds.of(function.inputs(), rows).calls()) {
      Array.Dense given =
          session.step(function.feeds(call.arrays()), List.of(tensor), List.of()).get(0);
      int all = call.rows() + call.copies();
      Array.Dense pooled = pooled(given, all);
      float[] numbers = ((Values.Numbers) pooled.values()).toFloats();
      int width = numbers.length / all;
      for (int row = 0; row < call.rows(); row++) {
        vectors.add(Arrays.copyOfRange(numbers, row * width, (row + 1) * width));
      }
    }
    int width = vectors.isEmpty() ? 0 : vectors.get(0).length;
    float[] joined = new float[vectors.size() * width];
    for (int row = 0; row < vectors.size(); row++) {
      System.arraycopy(vectors.get(row), 0, joined, row * width, width);
    }
    return new Array.Dense(List.of((long) vectors.size(), (long) width), Values.of(joined));
  }

  /** One vector a row; of a call of one row [t, d] is that row. */
  private Array.Dense pooled(Array.Dense given, int rows) {
    if (pooling == Pooling.Kind.NONE) {
      return given;
    }
    Array.Dense sequences = given;
    if (given.dims().size() == 2) {
      List<Long> dims = new ArrayList<>(List.of(1L));
      dims.addAll(given.dims());
      sequences = new Array.Dense(dims, given.values());
    }
    Map<String, Array> columns = new LinkedHashMap<>(Map.of(VECTORS, sequences));
    Batch batch = new Batch(rows, columns, Batch.Origin.unknown(rows));
    PostProcessor processor =
        new PostProcessor(PostProcessing.NONE.withPooling(Pooling.of(pooling)));
    return (Array.Dense) processor.apply(batch, VECTORS).batch().column(VECTORS);
  }

  @Override
  public void close() {
    session.close();
  }
}
