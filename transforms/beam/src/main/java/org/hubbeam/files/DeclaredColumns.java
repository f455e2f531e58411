// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/**
 * Columns of a source as somebody declares them who takes them.
 *
 * @param columns by name
 */
record DeclaredColumns(LinkedHashMap<String, ArraySpec> columns) implements Serializable {

  static DeclaredColumns of(List<ArraySpec> specs) {
    LinkedHashMap<String, ArraySpec> columns = new LinkedHashMap<>();
    specs.forEach(spec -> columns.put(spec.name(), spec));
    return new DeclaredColumns(columns);
  }

  /**
   * The schema of columns, some of which are declared.
   *
   * @param inferred those there are, in their order
   */
  BatchSchema schema(List<ArraySpec> inferred) {
    List<ArraySpec> all = new ArrayList<>();
    for (ArraySpec column : inferred) {
      ArraySpec declared = columns.get(column.name());
      all.add(declared == null ? column : read(declared));
    }
    return new BatchSchema(all);
  }

  /** A column as it is read: rows of one shape, or lists of any length. */
  private static ArraySpec read(ArraySpec column) {
    DType dtype = column.dtype() == DType.UINT64 ? DType.STRING : column.dtype();
    boolean fixed =
        column.layout() == Layout.DENSE
            && column.shape().hasRank()
            && !column.shape().row().dims().contains(-1L);
    return new ArraySpec(
        column.name(),
        dtype,
        fixed ? column.shape() : Shape.of(-1, -1),
        fixed ? Layout.DENSE : Layout.RAGGED);
  }

  /** The dimensions that nested lists have, by column; -1 for any length. */
  Map<String, List<Long>> nesting() {
    Map<String, List<Long>> nesting = new LinkedHashMap<>();
    columns.forEach(
        (name, column) -> {
          if (column.shape().hasRank()) {
            List<Long> row = column.shape().row().dims();
            if (row.lastIndexOf(-1L) <= 0) {
              nesting.put(name, row);
            }
          }
        });
    return nesting;
  }

  /** The types of features that are declared; integers stay int64, halves float32. */
  Map<String, DType> features() {
    Map<String, DType> types = new LinkedHashMap<>();
    columns.forEach((name, column) -> types.put(name, feature(column.dtype())));
    return types;
  }

  private static DType feature(DType dtype) {
    if (dtype.isInteger()) {
      return DType.INT64;
    }
    return dtype == DType.FLOAT16 || dtype == DType.BFLOAT16 ? DType.FLOAT32 : dtype;
  }
}
