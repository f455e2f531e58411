// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.hubbeam.search.Evaluation;

/** An evaluation as text. */
final class EvaluationTable {

  private static final int GAP = 2;

  private EvaluationTable() {}

  /** A table of ef, one of filters, and a line with the recall that the index has. */
  static String of(Evaluation evaluation) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s queries, the %,d nearest of each, compared with exact search; %s%s\n\n",
            Formatting.count(evaluation.queries()),
            evaluation.k(),
            Formatting.bytes(evaluation.bytes()),
            evaluation.buildSeconds().isPresent()
                ? ", built in " + Formatting.duration(evaluation.buildSeconds().getAsDouble())
                : ""));
    List<List<String>> ladder = new ArrayList<>(List.of(head("ef", evaluation)));
    for (Evaluation.Rung rung : evaluation.ladder()) {
      String name = rung.ef() + (rung.ef() == evaluation.ef() ? " *" : "  ");
      ladder.add(row(name, rung.recall(), rung.speed(), evaluation));
    }
    ladder.add(row("exact  ", new Evaluation.Recall(1, 1, 1), evaluation.exact(), evaluation));
    text.append(table(ladder)).append("* what the index searches with\n");
    if (!evaluation.filters().isEmpty()) {
      List<List<String>> filters = new ArrayList<>(List.of(head("filter", evaluation)));
      for (Evaluation.Filtered filtered : evaluation.filters()) {
        String share = String.format(Locale.ROOT, "%.4g", 100 * filtered.share());
        String name =
            (share.contains(".") ? share.replaceAll("\\.?0+$", "") : share)
                + " %, "
                + Formatting.of(filtered.rows(), "row");
        filters.add(row(name, filtered.recall(), filtered.speed(), evaluation));
      }
      text.append('\n').append(table(filters));
    }
    return text.append('\n').append(line(evaluation)).append('\n').toString();
  }

  /** {@code recall@10: 0.997}. */
  static String line(Evaluation evaluation) {
    return String.format(
        Locale.ROOT, "recall@%d: %s", evaluation.k(), recall(evaluation.own().recall().atK()));
  }

  private static List<String> head(String first, Evaluation evaluation) {
    List<String> cells = new ArrayList<>(List.of(first, "recall@1", "recall@10"));
    if (evaluation.k() != 1 && evaluation.k() != 10) {
      cells.add("recall@" + evaluation.k());
    }
    cells.addAll(List.of("median", "99 %", "queries/s", "on " + threads(evaluation.threads())));
    return cells;
  }

  private static String threads(int threads) {
    return threads == 1 ? "1 thread" : threads + " threads";
  }

  private static List<String> row(
      String name, Evaluation.Recall recall, Evaluation.Speed speed, Evaluation evaluation) {
    List<String> cells =
        new ArrayList<>(List.of(name, recall(recall.at1()), recall(recall.at10())));
    if (evaluation.k() != 1 && evaluation.k() != 10) {
      cells.add(recall(recall.atK()));
    }
    cells.add(millis(speed.median()));
    cells.add(millis(speed.percentile99()));
    cells.add(Formatting.count(Math.round(speed.oneThread())));
    cells.add(Formatting.count(Math.round(speed.allThreads())));
    return cells;
  }

  /** Never rounded up to 1. */
  static String recall(double part) {
    return String.format(Locale.ROOT, "%.3f", Math.floor(part * 1000 + 1e-9) / 1000);
  }

  private static String millis(double micros) {
    return String.format(Locale.ROOT, micros < 10_000 ? "%.2f ms" : "%.0f ms", micros / 1e3);
  }

  /** Columns as wide as their widest cell, all flush right. */
  private static String table(List<List<String>> rows) {
    return lines(rows).stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  /** The lines of a table whose columns are as wide as their widest cell, all flush right. */
  static List<String> lines(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String space = " ".repeat(widths[c] - row.get(c).length());
        text.append(c == 0 ? "" : " ".repeat(GAP)).append(space).append(row.get(c));
      }
      lines.add(text.toString());
    }
    return lines;
  }
}
