// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.jspecify.annotations.Nullable;

/** Lines that are JSON objects each, see {@link BatchSource#jsonl}. */
final class JsonLinesFormat extends LineFormat {
  private static final long serialVersionUID = 1;

  private final LinkedHashMap<String, DType> types;
  private final @Nullable BatchSchema schema;

  /** Ragged columns of these fields. */
  JsonLinesFormat(Map<String, DType> types, TextOptions options) {
    super(options);
    this.types = new LinkedHashMap<>(types);
    this.schema = null;
  }

  /** The columns of a schema. */
  JsonLinesFormat(BatchSchema schema, TextOptions options) {
    super(options);
    this.types = new LinkedHashMap<>(schema.features());
    this.schema = schema;
  }

  @Override
  public List<String> columns() {
    return schema == null
        ? List.copyOf(types.keySet())
        : schema.columns().stream().map(ArraySpec::name).toList();
  }

  @Override
  public String name() {
    return "jsonl";
  }

  @Override
  @Nullable BatchSchema schema() {
    return schema;
  }

  @Override
  Lines lines(BatchBuilder builder) {
    Map<String, List<Long>> dense = new LinkedHashMap<>();
    if (schema != null) {
      for (ArraySpec column : schema.columns()) {
        if (column.layout() == Layout.DENSE) {
          dense.put(column.name(), column.shape().row().dims());
        }
      }
    }
    Map<String, ColumnBuilder> columns = new LinkedHashMap<>();
    List<List<Long>> shapes = new ArrayList<>();
    types.forEach(
        (name, dtype) -> {
          columns.put(name, builder.ragged(name, dtype));
          shapes.add(dense.getOrDefault(name, List.of()));
        });
    if (schema != null) {
      schema
          .featureLists()
          .forEach(
              (name, dtype) -> {
                columns.put(name, builder.nested(name, dtype));
                shapes.add(JsonRow.LISTS_OF_LISTS);
              });
    }
    return new JsonRow(
        columns, shapes, schema == null ? JsonRow.Others.FAIL : JsonRow.Others.PASS_OVER);
  }
}
