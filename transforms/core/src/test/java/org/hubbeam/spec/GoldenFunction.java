// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Columns;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Statistic;
import org.hubbeam.reducer.GoldenCases;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/** The preprocessing function of a golden case; its analyzers' values come as lists in each row. */
final class GoldenFunction implements PreprocessingFunction {

  private static final String VALUE = "analyzer_value_";
  private static final String SHAPE = "analyzer_shape_";

  private final JsonNode golden;
  private final Map<String, DType> dtypes = new TreeMap<>();

  GoldenFunction(JsonNode golden) {
    this.golden = golden;
  }

  /** An analyzer's value. */
  record Value(DType dtype, Batch batch, String name) {
    List<Long> shape() {
      return longs(batch.slice(0, 1).column(SHAPE + name).values());
    }

    org.hubbeam.batch.Values values() {
      return batch.slice(0, 1).column(VALUE + name).values();
    }

    private static List<Long> longs(org.hubbeam.batch.Values values) {
      List<Long> longs = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        longs.add((Long) values.get(i));
      }
      return longs;
    }
  }

  static boolean isAnalyzer(String output) {
    return output.startsWith(VALUE) || output.startsWith(SHAPE);
  }

  Value analyzer(String name, Batch transformed) {
    return new Value(dtypes.get(name), transformed, name);
  }

  /** The function for the case's columns. */
  Preprocessor preprocessor() {
    List<ArraySpec> columns = new ArrayList<>();
    List<String> ragged = new ArrayList<>();
    for (Map.Entry<String, JsonNode> column : golden.get("feature_spec").properties()) {
      DType dtype = DType.of(column.getValue().get("dtype").asText());
      String kind = column.getValue().get("kind").asText();
      List<Long> dims = new ArrayList<>(List.of(-1L));
      if (kind.equals("fixed")) {
        column.getValue().path("shape").forEach(d -> dims.add(d.asLong()));
      } else {
        dims.add(-1L);
      }
      if (kind.equals("ragged")) {
        ragged.add(column.getKey());
      }
      columns.add(
          new ArraySpec(
              column.getKey(),
              dtype,
              new Shape(dims),
              kind.equals("fixed") ? Layout.DENSE : Layout.RAGGED));
    }
    return Preprocessor.ofRagged(new BatchSchema(columns), ragged, this);
  }

  /** Rows of the case. */
  Batch batch(JsonNode rows, List<String> names) {
    List<JsonNode> list = new ArrayList<>();
    rows.forEach(list::add);
    Map<String, org.hubbeam.batch.Array> columns = new LinkedHashMap<>();
    for (String name : names) {
      columns.put(name, GoldenCases.column(golden.get("feature_spec").get(name), name, list));
    }
    return Batch.of(columns);
  }

  @Override
  public Map<String, Column> apply(Columns inputs) {
    Interpreter interpreter = new Interpreter(inputs);
    expressions("let").forEach(interpreter::let);
    int side = 0;
    for (JsonNode expression : golden.path("side")) {
      interpreter.evaluate(ExpressionJson.read(expression, "side[" + side++ + "]"));
    }
    Map<String, Column> outputs = new LinkedHashMap<>();
    expressions("outputs")
        .forEach(
            (name, expression) ->
                outputs.put(name, ExpressionFunction.column(interpreter, name, expression)));
    expressions("analyzers")
        .forEach(
            (name, expression) -> {
              Statistic statistic =
                  ((org.hubbeam.spec.Value.Whole) interpreter.evaluate(expression)).statistic();
              dtypes.put(name, statistic.dtype());
              outputs.put(VALUE + name, repeated(inputs, flat(inputs.tf(), statistic)));
              outputs.put(
                  SHAPE + name,
                  repeated(inputs, inputs.tf().shape(statistic.operand(), TInt64.class)));
            });
    return outputs;
  }

  private Map<String, Expression> expressions(String part) {
    Map<String, Expression> read = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : golden.path(part).properties()) {
      read.put(field.getKey(), ExpressionJson.read(field.getValue(), part + "." + field.getKey()));
    }
    return read;
  }

  private static Operand<?> flat(Ops tf, Statistic statistic) {
    Operand<?> flat = tf.reshape(statistic.operand(), tf.constant(new int[] {-1}));
    if (statistic.dtype() == DType.STRING) {
      return flat;
    }
    return RawOp.cast(tf, flat, statistic.dtype().isFloating() ? DType.FLOAT32 : DType.INT64);
  }

  private static Column repeated(Columns inputs, Operand<?> vector) {
    Ops tf = inputs.tf();
    Operand<TInt64> rows = inputs.rows();
    Operand<TInt64> size = tf.size(vector, TInt64.class);
    Operand<TInt64> splits =
        tf.math.mul(
            tf.range(tf.constant(0L), tf.math.add(rows, tf.constant(1L)), tf.constant(1L)), size);
    Operand<?> tiled = tf.tile(vector, tf.expandDims(rows, tf.constant(0)));
    return new Column.Ragged(
        inputs.column(tiled).tracing(), tiled, List.of(splits), Shape.of(-1, -1), null);
  }
}
