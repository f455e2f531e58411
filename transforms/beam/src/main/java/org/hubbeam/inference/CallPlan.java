// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.hubbeam.batch.Batch;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleException.Kind;

/**
 * How rows go through a function when some of them, or their number, are too much for it.
 *
 * <p>Calls are cut to the limits of rows and bytes. A call that is refused is split in two, and
 * each half again, until the bad rows stand alone: k of them among n cost at most about 2 k log2(n)
 * calls more. A call that exhausts memory is repeated with half the rows, and the size that passed
 * is kept for all calls of this JVM; one row that exhausts memory alone is a failure and teaches
 * nothing about sizes. Errors that no other batch could avoid (a wrong function, an unsafe module)
 * are thrown at once. For one thread.
 */
final class CallPlan {
  private final MappedFunction function;
  private final Limits limits;
  private final Meter meter;
  private final FailureRatio ratio;

  CallPlan(MappedFunction function, Limits limits, Meter meter, FailureRatio ratio) {
    this.function = function;
    this.limits = limits;
    this.meter = meter;
    this.ratio = ratio;
  }

  /**
   * What became of the rows of a batch: each is in one of the parts or among the bad rows.
   *
   * @param parts in the order of the rows
   * @param bad in the order of the rows
   */
  record Outcome(List<Part> parts, List<BadRow> bad) {}

  /** The outputs for the rows from {@code from} on. */
  record Part(int from, Batch outputs) {}

  /**
   * A row without outputs.
   *
   * @param column the one that is at fault, of a call the input; empty where that is not known
   */
  record BadRow(int row, String column, String reason) {
    BadRow(int row, String reason) {
      this(row, "", reason);
    }

    /** The same under another number. */
    BadRow at(int number) {
      return new BadRow(number, column, reason);
    }
  }

  private record Range(int from, int to) {
    int size() {
      return to - from;
    }

    Range first(int rows) {
      return new Range(from, from + rows);
    }

    Range after(int rows) {
      return new Range(from + rows, to);
    }
  }

  /**
   * Calls the function until every row is settled.
   *
   * @param rows the inputs under the function's names
   * @throws ModuleException when the module, not a row, is at fault
   */
  Outcome run(Batch rows) {
    int mostAtStart = Math.min(limits.rows(), function.learntRows().get());
    int most = mostAtStart;
    Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
    Deque<Range> open = new ArrayDeque<>();
    open.push(new Range(0, rows.rows()));
    while (!open.isEmpty()) {
      Range range = cut(rows, open, most);
      if (range.size() == 0) {
        continue;
      }
      try {
        outcome.parts.add(new Part(range.from, call(slice(rows, range))));
        ratio.passed(range.size());
      } catch (RuntimeException | OutOfMemoryError e) {
        boolean exhausted = exhausted(e);
        if (range.size() == 1) {
          outcome.bad.add(new BadRow(range.from, input(e), reason(e)));
          ratio.refused(reason(e));
          most = exhausted ? mostAtStart : most;
        } else if (exhausted) {
          meter.count(HubMetrics.RETRIES, 1);
          most = range.size() / 2;
          open.push(range);
        } else {
          meter.count(HubMetrics.BISECTIONS, 1);
          split(open, range);
        }
      }
    }
    if (most < mostAtStart) {
      function.learntRows().accumulateAndGet(most, Math::min);
    }
    return outcome;
  }

  /** Takes the next range, and puts back what is beyond the limits. */
  private Range cut(Batch rows, Deque<Range> open, int most) {
    Range range = open.pop();
    if (range.size() > most) {
      open.push(range.after(most));
      range = range.first(most);
    }
    while (range.size() > 1 && slice(rows, range).byteSize() > limits.bytes()) {
      split(open, range);
      range = open.pop();
    }
    return range;
  }

  private static void split(Deque<Range> open, Range range) {
    int half = range.size() / 2;
    open.push(range.after(half));
    open.push(range.first(half));
  }

  private static Batch slice(Batch rows, Range range) {
    return range.size() == rows.rows() ? rows : rows.slice(range.from, range.to);
  }

  private Batch call(Batch piece) {
    meter.measure(HubMetrics.BATCH_ROWS, piece.rows());
    meter.measure(HubMetrics.BATCH_BYTES, piece.byteSize());
    Batch outputs = function.call(piece, meter);
    if (outputs.rows() != piece.rows()) {
      throw new ModuleException(
          Kind.ROWS_DIFFER,
          "the module gave " + outputs.rows() + " rows for " + piece.rows() + " rows");
    }
    return outputs;
  }

  /** Whether fewer rows may help; an error that nothing can help is thrown again. */
  private static boolean exhausted(Throwable e) {
    if (!(e instanceof ModuleException m)) {
      return e instanceof OutOfMemoryError;
    }
    return switch (m.kind()) {
      case RESOURCE_EXHAUSTED -> true;
      case REFUSED, ROWS_DIFFER -> false;
      case NOT_LOADABLE, UNSAFE, MISUSED, UNUSABLE -> throw m;
    };
  }

  /** The input that is at fault; empty where that is not known. */
  private static String input(Throwable e) {
    return e instanceof ModuleException m && m.inputs().size() == 1 ? m.inputs().get(0) : "";
  }

  private static String reason(Throwable e) {
    String text =
        e instanceof ModuleException && e.getMessage() != null ? e.getMessage() : e.toString();
    return Abbreviation.abbreviate(text);
  }
}
