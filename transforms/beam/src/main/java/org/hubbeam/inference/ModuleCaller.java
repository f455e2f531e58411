// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Batch;
import org.jspecify.annotations.Nullable;

/**
 * A spec at work: columns go in, and out come the outputs of the rows that passed and the reasons
 * of those that did not. Leases the module with the first batch and keeps it until it is closed.
 * For one thread; many callers share one module.
 */
final class ModuleCaller implements AutoCloseable {
  private final ModuleSpec spec;
  private final Meter meter;
  private final LeasedFunction leased;
  private @Nullable CallPlan plan;
  private @Nullable MappedFunction called;

  ModuleCaller(ModuleSpec spec, ModuleLoader loader, Meter meter) {
    this.spec = spec;
    this.meter = meter;
    this.leased = new LeasedFunction(spec, loader, meter);
  }

  /**
   * What became of the rows of a batch. A row is in one piece, or bad, or was skipped as blank.
   *
   * @param pieces in the order of their first rows
   * @param bad in the order of the rows
   */
  record Outcome(List<Piece> pieces, List<CallPlan.BadRow> bad) {}

  /**
   * Outputs under the names of their columns.
   *
   * @param rows the number of each row in the batch that was called, rising
   */
  record Piece(int[] rows, Batch outputs) {
    public Piece {
      if (rows.length != outputs.rows()) {
        throw new IllegalArgumentException(
            rows.length + " row numbers for " + outputs.rows() + " rows");
      }
    }
  }

  /** The name of the function that was called last, or would be called now, for messages. */
  String functionName() {
    return called == null ? leased.function().name() : called.name();
  }

  /** The handle of the module that was called last, for messages: that of its version. */
  String handle() {
    return leased.handle();
  }

  /** The digest of the module that was called last. */
  String digest() {
    return leased.digest();
  }

  /**
   * Calls the function on a batch.
   *
   * @throws org.hubbeam.model.ModuleException when the module, not a row, is at fault
   */
  Outcome call(Batch rows) {
    MappedFunction function = leased.function();
    if (function != called) {
      plan = null;
      called = function;
    }
    FittedRows fitted = function.inputs(rows);
    List<Piece> pieces = new ArrayList<>();
    List<CallPlan.BadRow> bad = new ArrayList<>(fitted.bad());
    int truncated = 0;
    for (FittedRows.Group group : fitted.groups()) {
      truncated += call(function, group, rows, pieces, bad);
    }
    pieces.sort((a, b) -> Integer.compare(a.rows[0], b.rows[0]));
    bad.sort((a, b) -> Integer.compare(a.row(), b.row()));
    count(rows, truncated, pieces, bad);
    return new Outcome(pieces, bad);
  }

  /**
   * Calls the function on rows that can be called together.
   *
   * @return how many of their texts were cut
   */
  private int call(
      MappedFunction function,
      FittedRows.Group group,
      Batch rows,
      List<Piece> pieces,
      List<CallPlan.BadRow> bad) {
    Screening screening = Screening.screen(group.inputs(), spec.policies());
    CallPlan.Outcome called = plan(function).run(screening.kept());
    screening.bad().forEach(row -> bad.add(row.at(group.rows()[row.row()])));
    for (CallPlan.Part part : called.parts()) {
      int[] numbers = new int[part.outputs().rows()];
      Arrays.setAll(numbers, i -> group.rows()[screening.rows()[part.from() + i]]);
      Piece piece = new Piece(numbers, function.outputs(part.outputs()));
      Outcome finite =
          spec.policies().nonFinite() == ModuleSpec.NonFinite.FAIL
              ? FiniteRows.split(piece)
              : new Outcome(List.of(piece), List.of());
      finite.pieces().stream().filter(p -> p.rows.length > 0).forEach(pieces::add);
      bad.addAll(finite.bad());
    }
    for (CallPlan.BadRow row : called.bad()) {
      bad.add(
          new CallPlan.BadRow(
              group.rows()[screening.rows()[row.row()]],
              column(function, row.column(), rows),
              row.reason()));
    }
    int[] zeros = Arrays.stream(screening.zeros()).map(row -> group.rows()[row]).toArray();
    addZeros(function, zeros, rows, pieces, bad);
    return screening.truncated();
  }

  /** The column that an input takes. */
  private static String column(MappedFunction function, String input, Batch rows) {
    return input.isEmpty()
        ? input
        : function.columns().bound(rows.columns().keySet()).getOrDefault(input, "");
  }

  private void addZeros(
      MappedFunction function,
      int[] zeros,
      Batch rows,
      List<Piece> pieces,
      List<CallPlan.BadRow> bad) {
    if (zeros.length == 0) {
      return;
    }
    Batch like = pieces.isEmpty() ? null : pieces.get(0).outputs;
    try {
      Batch outputs = Zeros.like(function.outputSpecs(), like, rows.select(zeros).origin());
      pieces.add(new Piece(zeros, outputs));
      meter.count(HubMetrics.ZEROED, zeros.length);
    } catch (IllegalArgumentException e) {
      for (int row : zeros) {
        bad.add(new CallPlan.BadRow(row, "the text is blank, and " + e.getMessage()));
      }
    }
  }

  private void count(Batch rows, int truncated, List<Piece> pieces, List<CallPlan.BadRow> bad) {
    int passed = pieces.stream().mapToInt(p -> p.rows.length).sum();
    int skipped = rows.rows() - passed - bad.size();
    meter.count(HubMetrics.ROWS, passed);
    meter.count(HubMetrics.FAILURES, bad.size());
    meter.count(HubMetrics.SKIPPED, skipped);
    meter.count(HubMetrics.TRUNCATED, truncated);
  }

  private CallPlan plan(MappedFunction function) {
    if (plan == null) {
      Limits limits = spec.policies().limits();
      FailureRatio ratio =
          new FailureRatio(
              "module " + spec.shown() + ", function " + function.name(), limits.failures());
      plan = new CallPlan(function, limits, meter, ratio);
    }
    return plan;
  }

  /** Gives the module back; the next batch would lease it again. */
  @Override
  public void close() {
    leased.close();
    plan = null;
    called = null;
  }
}
