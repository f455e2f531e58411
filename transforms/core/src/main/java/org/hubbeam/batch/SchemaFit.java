// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the columns of a schema of columns that came from elsewhere; see {@link BatchSchema#fit}.
 */
final class SchemaFit {

  private final BatchSchema schema;
  private final Batch batch;
  private final Map<String, Array> features = new LinkedHashMap<>();
  private final Map<String, String> faults = new LinkedHashMap<>();
  private final Map<String, Map<Integer, String>> rowFaults = new LinkedHashMap<>();

  SchemaFit(BatchSchema schema, Batch batch) {
    this.schema = schema;
    this.batch = batch;
  }

  Batch fit(Consumer<Failure> failures) {
    SchemaColumns columns = new SchemaColumns(schema);
    for (ArraySpec spec : schema.columns()) {
      Array array = batch.columns().get(spec.name());
      if (array == null) {
        continue;
      }
      String fault = fault(spec, array);
      if (fault != null) {
        faults.put(spec.name(), fault);
        continue;
      }
      Converted converted = Converted.of(array, spec.dtype());
      rowFaults.put(spec.name(), converted.faults());
      for (FlatFeature flat : FlatFeature.of(spec.name(), converted.array())) {
        features.put(flat.name(), list(flat));
      }
    }
    Map<String, Array> raw = new LinkedHashMap<>();
    columns.features().forEach((name, dtype) -> raw.put(name, feature(name, dtype)));
    return columns.assemble(
        new Batch(batch.rows(), raw, batch.origin()),
        new SchemaColumns.Faults(faults, rowFaults),
        failures);
  }

  /** Why no row of a column fits, or null. */
  private static @Nullable String fault(ArraySpec spec, Array array) {
    if (spec.layout() == Layout.RAGGED && array.values().size() > 0) {
      int wanted = SchemaColumns.RaggedShape.of(spec).levels();
      int found = array instanceof Array.Ragged ragged ? ragged.rowSplits().size() : 1;
      if (wanted != found) {
        return "expected " + lists(wanted) + ", found " + lists(found);
      }
    }
    boolean dense = spec.layout() == Layout.DENSE && array.layout() == Layout.DENSE;
    return dense && !withoutOnes(spec.shape()).equals(withoutOnes(new Shape(array.dims())))
        ? "expected the shape " + spec.shape().row() + ", found " + new Shape(array.dims()).row()
        : null;
  }

  private static String lists(int levels) {
    return levels == 1 ? "a list" : "lists" + " of lists".repeat(levels - 1);
  }

  /** The shape of a row but for dimensions that change nothing in the order of its values. */
  private static List<Long> withoutOnes(Shape shape) {
    return shape.row().dims().stream().filter(dim -> dim != 1).toList();
  }

  private Array feature(String name, DType dtype) {
    Array array = features.get(name);
    if (array == null && batch.columns().get(name) instanceof Array.Ragged ragged) {
      array = ragged;
    }
    return array instanceof Array.Ragged r && r.rowSplits().size() == 1 && r.dtype() == dtype
        ? r
        : Array.Ragged.of(new ValuesBuilder(dtype).take(0), new int[batch.rows() + 1]);
  }

  private Array.Ragged list(FlatFeature flat) {
    int[] bounds = flat.bounds();
    if (bounds == null) {
      bounds = new int[batch.rows() + 1];
      Arrays.setAll(bounds, row -> row * flat.width());
    }
    return Array.Ragged.of(flat.values(), bounds);
  }
}
