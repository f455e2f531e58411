// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.PythonText;
import org.hubbeam.batch.Shape;
import org.hubbeam.plan.Plan;
import org.hubbeam.plan.Planner;
import org.hubbeam.plan.TracedFunction;

/**
 * A preprocessing function that was traced for the columns of a schema, with the plan of its
 * analysis. Immutable, serialisable and thread-safe.
 *
 * <pre>{@code
 * Preprocessor preprocessor = Preprocessor.of(schema, function);
 * System.out.println(preprocessor.explain());
 * try (LocalRun run = preprocessor.applyLocally(List.of(batch))) {
 *   Batch features = run.transform(batch);
 * }
 * }</pre>
 *
 * @param schema the raw columns
 * @param plan the traced function, and the phases of its analysis
 */
public record Preprocessor(BatchSchema schema, Plan plan) implements java.io.Serializable {

  /**
   * Traces a function.
   *
   * <p>A dense column of the schema is dense for the function. A column of lists is sparse, as in
   * tf.Transform; a column of nested lists is ragged.
   *
   * @throws IllegalArgumentException when an output cannot be stored as {@code tf.Example}, or a
   *     mapper does not accept a column
   */
  public static Preprocessor of(BatchSchema schema, PreprocessingFunction function) {
    return of(schema, schema.columns().stream().map(Preprocessor::taken).toList(), function);
  }

  /**
   * Traces a function that takes some columns of lists as ragged columns.
   *
   * @param ragged the names of these columns
   */
  public static Preprocessor ofRagged(
      BatchSchema schema, Collection<String> ragged, PreprocessingFunction function) {
    ragged.forEach(schema::column);
    return of(
        schema,
        schema.columns().stream().map(c -> ragged.contains(c.name()) ? c : taken(c)).toList(),
        function);
  }

  private static Preprocessor of(
      BatchSchema schema, List<ArraySpec> inputs, PreprocessingFunction function) {
    try (Tracing tracing = new Tracing()) {
      Map<String, Column> columns = new LinkedHashMap<>();
      inputs.forEach(i -> columns.put(i.name(), tracing.input(i)));
      Map<String, Column> outputs = new TreeMap<>(PythonText.ORDER);
      outputs.putAll(function.apply(new Columns(tracing, columns)));
      outputs.forEach(Preprocessor::check);
      return new Preprocessor(schema, Planner.plan(tracing.trace(outputs)));
    }
  }

  /** The trace of the function. */
  public TracedFunction trace() {
    return plan.trace();
  }

  /** The features. */
  public BatchSchema outputs() {
    List<ArraySpec> given = new ArrayList<>();
    trace().outputs().forEach(o -> given.add(written(o.array().spec())));
    return new BatchSchema(given);
  }

  /** A readable description of the plan. */
  public String explain() {
    return plan.explain();
  }

  /**
   * Analyses rows in memory, without a pipeline, for tests and notebooks.
   *
   * @param batches the rows, with the columns of the schema
   * @return the fitted function, which the caller must close
   */
  public LocalRun applyLocally(List<Batch> batches) {
    return LocalRun.run(this, batches);
  }

  private static ArraySpec taken(ArraySpec column) {
    boolean lists = column.layout() == Layout.RAGGED && column.shape().rank() == 2;
    return lists
        ? new ArraySpec(column.name(), column.dtype(), Shape.of(-1, -1), Layout.SPARSE)
        : column;
  }

  /** A sparse column of two dimensions is written as lists, unless it has a width. */
  private static ArraySpec written(ArraySpec output) {
    boolean lists =
        output.layout() == Layout.SPARSE
            && output.shape().rank() == 2
            && !output.shape().row().isFull();
    return lists
        ? new ArraySpec(output.name(), output.dtype(), Shape.of(-1, -1), Layout.RAGGED)
        : output;
  }

  /**
   * Checks that an output can be stored as {@code tf.Example}.
   *
   * @throws IllegalArgumentException when its type or shape is not allowed
   */
  public static void check(String name, Column column) {
    DType dtype = column.dtype();
    if (dtype != DType.STRING && dtype != DType.INT64 && dtype != DType.FLOAT32) {
      throw new IllegalArgumentException(
          "the output '"
              + name
              + "' is "
              + dtype
              + "; allowed are string, int64 and float32: write cast(..., "
              + (dtype.isFloating() ? DType.FLOAT32 : DType.INT64)
              + ")");
    }
    Shape shape = column.shape();
    if (!shape.hasRank() || shape.rank() == 0) {
      throw new IllegalArgumentException(
          "the output '" + name + "' has the shape " + shape + "; it needs a row dimension");
    }
    if (column instanceof Column.Dense dense && !OutputShapes.isFixed(dense)) {
      throw new IllegalArgumentException(
          "the output '"
              + name
              + "' has the shape "
              + shape
              + "; every dimension after the rows must be known");
    }
  }
}
