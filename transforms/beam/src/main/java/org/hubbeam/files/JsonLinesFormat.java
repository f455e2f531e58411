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
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;

/** Lines that are JSON objects each, see {@link BatchSource#jsonl}. */
final class JsonLinesFormat extends LineFormat {
  private static final long serialVersionUID = 1;

  private final LinkedHashMap<String, DType> types;
  private final @Nullable BatchSchema schema;
  private final LinkedHashMap<String, List<Long>> nesting;
  private final JsonRow.Others others;

  /** Ragged columns of these fields. */
  JsonLinesFormat(Map<String, DType> types, TextOptions options) {
    this(types, null, Map.of(), JsonRow.Others.FAIL, options);
  }

  /** The columns of a schema. */
  JsonLinesFormat(BatchSchema schema, TextOptions options) {
    this(schema.features(), schema, dense(schema), JsonRow.Others.PASS_OVER, options);
  }

  private JsonLinesFormat(
      Map<String, DType> types,
      @Nullable BatchSchema schema,
      Map<String, List<Long>> nesting,
      JsonRow.Others others,
      TextOptions options) {
    super(options);
    this.types = new LinkedHashMap<>(types);
    this.schema = schema;
    this.nesting = new LinkedHashMap<>(nesting);
    this.others = others;
  }

  private static Map<String, List<Long>> dense(BatchSchema schema) {
    Map<String, List<Long>> dense = new LinkedHashMap<>();
    for (ArraySpec column : schema.columns()) {
      if (column.layout() == Layout.DENSE) {
        dense.put(column.name(), column.shape().row().dims());
      }
    }
    return dense;
  }

  @Override
  public Format declaring(DeclaredColumns declared) {
    if (schema != null || types.keySet().stream().noneMatch(declared.columns()::containsKey)) {
      return this;
    }
    List<ArraySpec> inferred = new ArrayList<>();
    types.forEach(
        (name, dtype) -> inferred.add(new ArraySpec(name, dtype, Shape.of(-1, -1), Layout.RAGGED)));
    BatchSchema columns = declared.schema(inferred);
    Map<String, DType> read = new LinkedHashMap<>();
    columns.columns().forEach(column -> read.put(column.name(), column.dtype()));
    return new JsonLinesFormat(read, columns, declared.nesting(), others, options());
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
    Map<String, ColumnBuilder> columns = new LinkedHashMap<>();
    List<List<Long>> shapes = new ArrayList<>();
    types.forEach(
        (name, dtype) -> {
          columns.put(name, builder.ragged(name, dtype));
          shapes.add(nesting.getOrDefault(name, List.of()));
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
    return new JsonRow(columns, shapes, others);
  }
}
