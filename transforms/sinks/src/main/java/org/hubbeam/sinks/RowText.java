// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** What the files of a format say of a row beside its vector: a line. */
final class RowText {
  private final VectorFileFormat format;
  private final VectorSchema schema;

  RowText(VectorFileFormat format, VectorSchema schema) {
    this.format = format;
    this.schema = schema;
  }

  /** Why a row cannot have a line; null if it can. */
  @Nullable String fault(Batch batch, int row) {
    String id = text(batch.column(schema.id().name()), row);
    return format == VectorFileFormat.NPY && (id.indexOf('\n') >= 0 || id.indexOf('\r') >= 0)
        ? "the id has a line break, which a file of ids cannot have"
        : null;
  }

  /** The first line of the file; empty if it has none. */
  static String header(VectorFileFormat format, VectorSchema schema) {
    if (format == VectorFileFormat.NPY || schema.columns().isEmpty()) {
      return "";
    }
    StringJoiner names = new StringJoiner("\t", "", "\n");
    columns(schema).forEach(name -> names.add(plain(name)));
    return names.toString();
  }

  /** The lines of a batch. */
  String lines(Batch batch) {
    StringBuilder lines = new StringBuilder();
    List<String> names =
        format == VectorFileFormat.NPY ? List.of(schema.id().name()) : columns(schema);
    for (int row = 0; row < batch.rows(); row++) {
      for (int i = 0; i < names.size(); i++) {
        String text = text(batch.column(names.get(i)), row);
        lines
            .append(i == 0 ? "" : "\t")
            .append(format == VectorFileFormat.NPY ? text : plain(text));
      }
      lines.append('\n');
    }
    return lines.toString();
  }

  private static List<String> columns(VectorSchema schema) {
    List<String> names = new ArrayList<>(List.of(schema.id().name()));
    schema.columns().stream().map(ArraySpec::name).forEach(names::add);
    return names;
  }

  private static String plain(String text) {
    return text.replaceAll("[\\t\\n\\r\\u0085\\u2028\\u2029]", " ");
  }

  private static String text(Array column, int row) {
    Values values = column.slice(row, row + 1).values();
    StringJoiner all = new StringJoiner(", ");
    for (int i = 0; i < values.size(); i++) {
      all.add(
          values instanceof Values.Strings strings ? strings.text(i) : values.get(i).toString());
    }
    return all.toString();
  }
}
