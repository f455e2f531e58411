// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.Preprocessor;

/** Expressions over the columns of some rows. */
final class Expressions {

  private final Map<String, Array> columns = new LinkedHashMap<>();
  private final List<String> ragged = new ArrayList<>();

  /** With another column. */
  Expressions with(String name, Array column) {
    columns.put(name, column);
    return this;
  }

  /** With another column of lists, which expressions take as a ragged one. */
  Expressions withRagged(String name, Array column) {
    ragged.add(name);
    return with(name, column);
  }

  /** The function with this output. */
  Preprocessor preprocessor(String expression) {
    List<ArraySpec> specs = new ArrayList<>();
    columns.forEach(
        (name, array) -> {
          List<Long> dims = new ArrayList<>(array.dims());
          dims.set(0, -1L);
          specs.add(new ArraySpec(name, array.dtype(), new Shape(dims), array.layout()));
        });
    Expression parsed =
        ExpressionText.parse(
            expression,
            KnownNames.of(columns.keySet()),
            offset -> SourceLocation.of("", expression, offset));
    return Preprocessor.ofRagged(
        new BatchSchema(specs),
        ragged,
        new ExpressionFunction(Map.of(), Map.of(), Map.of("y", parsed)));
  }

  /** The rows. */
  Batch rows() {
    return Batch.of(columns);
  }

  /** What it is for each row, after an analysis of all rows. */
  Array evaluate(String expression) {
    try (LocalRun run = preprocessor(expression).applyLocally(List.of(rows()))) {
      return run.transform(rows()).column("y");
    }
  }
}
