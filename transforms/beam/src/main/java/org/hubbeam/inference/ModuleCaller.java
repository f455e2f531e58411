package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Batch;

/**
 * A spec at work: columns go in, and out come the outputs of the rows that passed and the reasons
 * of those that did not. Leases the module with the first batch and keeps it until it is closed.
 * For one thread; many callers share one module.
 */
final class ModuleCaller implements AutoCloseable {
  private final ModuleSpec spec;
  private final ModuleLoader loader;
  private final Meter meter;
  private Open open;

  ModuleCaller(ModuleSpec spec, ModuleLoader loader, Meter meter) {
    this.spec = spec;
    this.loader = loader;
    this.meter = meter;
  }

  private record Open(
      LeasedModule leased, LoadedModule.Function function, Columns columns, CallPlan plan) {}

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

  /** The name of the function, for messages. */
  String functionName() {
    return open().function.name();
  }

  /**
   * Calls the function on a batch.
   *
   * @throws org.hubbeam.model.ModuleException when the module, not a row, is at fault
   */
  Outcome call(Batch rows) {
    Open o = open();
    Screening screening = Screening.of(o.columns.inputs(rows), spec.policies());
    CallPlan.Outcome called = o.plan.run(screening.kept());
    List<Piece> pieces = new ArrayList<>();
    List<CallPlan.BadRow> bad = new ArrayList<>(screening.bad());
    for (CallPlan.Part part : called.parts()) {
      int end = part.from() + part.outputs().rows();
      Piece piece =
          new Piece(
              Arrays.copyOfRange(screening.rows(), part.from(), end),
              o.columns.outputs(part.outputs()));
      if (spec.policies().nonFinite() == ModuleSpec.NonFinite.FAIL) {
        piece = FiniteRows.of(piece, bad);
      }
      if (piece.rows.length > 0) {
        pieces.add(piece);
      }
    }
    for (CallPlan.BadRow row : called.bad()) {
      bad.add(new CallPlan.BadRow(screening.rows()[row.row()], row.reason()));
    }
    addZeros(screening.zeros(), rows, pieces, bad);
    pieces.sort((a, b) -> Integer.compare(a.rows[0], b.rows[0]));
    bad.sort((a, b) -> Integer.compare(a.row(), b.row()));
    count(rows, screening, pieces, bad);
    return new Outcome(pieces, bad);
  }

  private void addZeros(int[] zeros, Batch rows, List<Piece> pieces, List<CallPlan.BadRow> bad) {
    if (zeros.length == 0) {
      return;
    }
    Batch like = pieces.isEmpty() ? null : pieces.get(0).outputs;
    try {
      Batch outputs = Zeros.like(open.columns.outputSpecs(), like, rows.select(zeros).origin());
      pieces.add(new Piece(zeros, outputs));
      meter.count(HubMetrics.ZEROED, zeros.length);
    } catch (IllegalArgumentException e) {
      for (int row : zeros) {
        bad.add(new CallPlan.BadRow(row, "the text is blank, and " + e.getMessage()));
      }
    }
  }

  private void count(
      Batch rows, Screening screening, List<Piece> pieces, List<CallPlan.BadRow> bad) {
    int passed = pieces.stream().mapToInt(p -> p.rows.length).sum();
    int skipped = rows.rows() - passed - bad.size();
    meter.count(HubMetrics.ROWS, passed);
    meter.count(HubMetrics.FAILURES, bad.size());
    meter.count(HubMetrics.SKIPPED, skipped);
    meter.count(HubMetrics.TRUNCATED, screening.truncated());
  }

  private Open open() {
    if (open == null) {
      LeasedModule leased = LeasedModule.of(spec, loader, meter);
      SharedModule.Function shared = leased.function();
      Limits limits = spec.policies().limits();
      FailureRatio ratio =
          new FailureRatio(
              "module " + spec.handle() + ", function " + shared.function().name(),
              limits.failures());
      open =
          new Open(
              leased,
              shared.function(),
              shared.columns(),
              new CallPlan(shared, limits, meter, ratio));
    }
    return open;
  }

  /** Gives the module back; the next batch would lease it again. */
  @Override
  public void close() {
    if (open != null) {
      open.leased.close();
      open = null;
    }
  }
}
