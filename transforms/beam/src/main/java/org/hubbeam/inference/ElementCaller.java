// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.PostProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Collects elements into batches, calls the module, and gives each element with its vector, in the
 * order in which they came. A batch is called as soon as it is full. For one thread.
 *
 * @param <T> elements in
 * @param <O> elements out
 */
final class ElementCaller<T, O> implements AutoCloseable {
  private final ModuleSpec spec;
  private final Elements<T, O> elements;
  private final PostProcessing steps;
  private final PostProcessor processor;
  private final Meter meter;
  private final ModuleCaller caller;
  private RowBuffer<Placed<T>> buffer;

  /** An element is called with a module that is loaded with the first batch. */
  ElementCaller(
      ModuleSpec spec, ModuleLoader loader, Elements<T, O> elements, PostProcessing steps) {
    this.spec = spec;
    this.elements = elements;
    this.steps = steps;
    this.processor = new PostProcessor(steps);
    this.meter = HubMetrics.meter(spec.handle());
    this.caller = new ModuleCaller(spec, loader, meter);
    this.buffer = new RowBuffer<>(spec.policies().limits());
  }

  /** Where elements go. */
  interface Out<O> {
    void embedded(Placed<O> element);

    void failed(Placed<Failure> failure);
  }

  /** Forgets the elements that wait. */
  void forget() {
    buffer = new RowBuffer<>(spec.policies().limits());
  }

  /** The size of an element's values; 0 for an element that has none and will be a failure. */
  long bytes(Placed<T> placed) {
    try {
      long bytes = 0;
      for (Object value : elements.values(placed.element()).values()) {
        bytes += Cells.convert(value).values().byteSize();
      }
      return bytes;
    } catch (RuntimeException e) {
      return 0;
    }
  }

  /** Takes one element, and calls the module when a batch is full. */
  void add(Placed<T> placed, Out<O> out) {
    Map<String, Array.Dense> row = row(placed, out);
    if (row == null) {
      return;
    }
    if (!buffer.takes(row)) {
      flush(out);
    }
    buffer.add(placed, row);
    if (buffer.isFull()) {
      flush(out);
    }
  }

  private @Nullable Map<String, Array.Dense> row(Placed<T> placed, Out<O> out) {
    String column = "";
    try {
      Map<String, Object> values = elements.values(placed.element());
      Map<String, Array.Dense> row = values.size() == 1 ? null : new LinkedHashMap<>();
      for (Map.Entry<String, Object> value : values.entrySet()) {
        column = value.getKey();
        Array.Dense cell = Cells.convert(value.getValue());
        if (row == null) {
          return Collections.singletonMap(column, cell);
        }
        row.put(column, cell);
      }
      return row;
    } catch (RuntimeException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      meter.count(HubMetrics.FAILURES, 1);
      fail(placed, column, reason, out);
      return null;
    }
  }

  /** Calls the module for what waits. */
  void flush(Out<O> out) {
    if (buffer.isEmpty()) {
      return;
    }
    Batch batch = buffer.batch();
    List<Placed<T>> waiting = buffer.elements();
    buffer.clear();
    for (Result result : results(batch)) {
      Placed<T> placed = waiting.get(result.row);
      if (result.vector != null) {
        out.embedded(placed.with(elements.with(placed.element(), result.vector, caller::digest)));
      } else {
        fail(placed, result.column, result.reason, out);
      }
    }
  }

  /**
   * What became of a row.
   *
   * @param vector null when the row failed
   * @param column the one that is at fault; empty where that is not known
   * @param reason why; empty when it did not
   */
  private record Result(int row, float @Nullable [] vector, String column, String reason) {
    static Result of(CallPlan.BadRow bad) {
      return new Result(bad.row(), null, bad.column(), bad.reason());
    }
  }

  /**
   * The vectors and failures of a batch in the order of its rows, without those that are skipped.
   */
  private List<Result> results(Batch batch) {
    ModuleCaller.Outcome outcome = caller.call(batch);
    List<Result> results = new ArrayList<>();
    outcome.bad().forEach(bad -> results.add(Result.of(bad)));
    for (ModuleCaller.Piece called : outcome.pieces()) {
      ModuleCaller.Outcome done = VectorSteps.apply(steps, processor, batch, called);
      done.bad().forEach(bad -> results.add(Result.of(bad)));
      for (ModuleCaller.Piece piece : done.pieces()) {
        Map.Entry<String, Array> output = piece.outputs().columns().entrySet().iterator().next();
        List<float[]> vectors = Vectors.split(output.getValue(), output.getKey());
        for (int i = 0; i < vectors.size(); i++) {
          results.add(new Result(piece.rows()[i], vectors.get(i), "", ""));
        }
      }
    }
    results.sort(Comparator.comparingInt(Result::row));
    return results;
  }

  private void fail(Placed<T> placed, String column, String reason, Out<O> out) {
    Failure failure =
        new Failure(
            Abbreviation.abbreviate(id(placed.element())),
            column,
            caller.handle(),
            caller.functionName(),
            Abbreviation.abbreviate(reason));
    out.failed(placed.with(failure));
  }

  /** A function of the user that has no name for an element does not stop the job. */
  private String id(T element) {
    try {
      return String.valueOf(elements.id(element));
    } catch (RuntimeException e) {
      return element + " (" + e + ")";
    }
  }

  /** Gives the module back; it also comes back when this is never called. */
  @Override
  public void close() {
    caller.close();
  }
}
