// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hubbeam.batch.Printable;
import org.hubbeam.search.Hit;
import org.hubbeam.search.IndexColumn;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.RowId;

/** Prints the rows that searches found. */
abstract class HitsPrinter {

  /** Longer values are cut in tables. */
  private static final int WIDEST = 60;

  /** Prints what one query has found. */
  abstract void print(String query, List<Hit> hits);

  /** A table for each query. */
  static HitsPrinter table(IndexDescription index, PrintWriter out) {
    return new HitsPrinter() {
      private boolean first = true;

      @Override
      void print(String query, List<Hit> hits) {
        if (!first) {
          out.println();
        }
        first = false;
        out.println(Printable.line(query));
        if (hits.isEmpty()) {
          out.println("  no row matches");
          return;
        }
        out.println(Terminal.fitting(lines(rows(index, hits))));
      }
    };
  }

  /** A line of JSON for each row. */
  static HitsPrinter json(IndexDescription index, PrintWriter out) {
    return new HitsPrinter() {
      @Override
      void print(String query, List<Hit> hits) {
        for (int i = 0; i < hits.size(); i++) {
          ObjectNode line = JsonNodeFactory.instance.objectNode();
          line.put("query", query);
          line.put("rank", i + 1);
          put(line, "id", hits.get(i).id());
          line.put(index.scoreName(), hits.get(i).score());
          ObjectNode columns = line.putObject("columns");
          hits.get(i).columns().forEach((name, value) -> put(columns, name, value));
          out.println(line);
        }
      }
    };
  }

  private static void put(ObjectNode json, String name, Object value) {
    if (value instanceof Long number) {
      json.put(name, number);
    } else if (value instanceof RowId.Number number) {
      json.put(name, number.value());
    } else if (value instanceof Double number) {
      json.put(name, number);
    } else if (value instanceof Boolean truth) {
      json.put(name, truth);
    } else if (value instanceof byte[] bytes) {
      json.put(name, bytes);
    } else {
      json.put(name, value.toString());
    }
  }

  private static List<List<String>> rows(IndexDescription index, List<Hit> hits) {
    List<String> names =
        index.columns().stream()
            .map(IndexColumn::name)
            .filter(name -> hits.stream().anyMatch(hit -> hit.columns().containsKey(name)))
            .toList();
    List<List<String>> rows = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of(index.scoreName(), "id"));
    heading.addAll(names);
    rows.add(heading);
    for (Hit hit : hits) {
      List<String> row = new ArrayList<>();
      row.add(String.format(Locale.ROOT, "%.4f", hit.score()));
      row.add(hit.id().toString());
      names.forEach(name -> row.add(text(hit.columns(), name)));
      rows.add(row);
    }
    return rows;
  }

  private static String text(Map<String, Object> columns, String name) {
    Object value = columns.get(name);
    String text =
        value == null
            ? ""
            : value instanceof byte[] bytes
                ? Formatting.bytes(bytes.length)
                : Printable.joined(value.toString());
    return text.codePointCount(0, text.length()) <= WIDEST
        ? text
        : text.substring(0, text.offsetByCodePoints(0, WIDEST - 3)) + "...";
  }

  /** Columns side by side. */
  private static String lines(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(" ");
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        line.append(' ');
        String space = " ".repeat(widths[i] - cell.codePointCount(0, cell.length()));
        line.append(i == 0 ? space + cell : cell + space).append(' ');
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.substring(0, text.length() - 1);
  }
}
