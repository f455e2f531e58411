// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Analyzers of tf.Transform over columns: its results come out of the reducers. */
class GoldenReducersTest {

  private static final Map<String, Integer> PARTS =
      Map.of("max", 1, "var", 1, "tukey_scale", 1, "tukey_h_params", 2);

  @TestFactory
  Stream<DynamicTest> resultsAreTheReferences() {
    List<DynamicTest> tests = new ArrayList<>();
    GoldenCases.all().filter(c -> c.has("expected")).forEach(golden -> addTests(golden, tests));
    assertThat(tests).hasSizeGreaterThan(450);
    return tests.stream();
  }

  private static void addTests(JsonNode golden, List<DynamicTest> tests) {
    golden
        .path("analyzers")
        .fields()
        .forEachRemaining(
            analyzer -> {
              JsonNode expected = golden.get("expected").get("analyzers").get(analyzer.getKey());
              String name = golden.get("name").asText() + "." + analyzer.getKey() + " by ";
              for (int rows : new int[] {1, 3, 1000}) {
                reducer(golden, operation(analyzer.getValue()))
                    .ifPresent(
                        reducer ->
                            tests.add(
                                DynamicTest.dynamicTest(
                                    name + rows,
                                    () ->
                                        check(
                                            golden,
                                            analyzer.getValue(),
                                            reducer,
                                            rows,
                                            expected))));
              }
            });
  }

  private static JsonNode operation(JsonNode expression) {
    return expression.get("op").asText().equals("item") ? expression.get("x") : expression;
  }

  private static <S> void check(
      JsonNode golden, JsonNode expression, Reducer<S> reducer, int step, JsonNode expected) {
    JsonNode operation = operation(expression);
    S summary = reducer.empty();
    int rows = golden.get("rows").size();
    for (int from = 0; from < rows; from += step) {
      S part = reducer.empty();
      reducer.add(part, columns(golden, operation, from, Math.min(rows, from + step)));
      reducer.merge(summary, part);
    }
    String name = operation.get("op").asText();
    int part = PARTS.getOrDefault(name, 0) + expression.path("index").asInt();
    Array.Dense actual = reducer.finish(summary).get(part);
    Array.Dense wanted = (Array.Dense) ArrayJson.decodeArray(expected);
    ReducerContract.same(
        name.equals("pca") ? signed(actual) : actual,
        name.equals("pca") ? signed(wanted) : wanted,
        name.startsWith("tukey") ? 1e-4 : 1e-5);
  }

  /** Eigenvectors with the sign that makes their largest cell positive. */
  private static Array.Dense signed(Array.Dense vectors) {
    int columns = vectors.rowSize();
    double[] cells = NumberArrays.doubles((Values.Numbers) vectors.values());
    for (int column = 0; column < columns; column++) {
      double largest = 0;
      for (int at = column; at < cells.length; at += columns) {
        largest = Math.abs(cells[at]) > Math.abs(largest) + 1e-3 ? cells[at] : largest;
      }
      for (int at = column; at < cells.length; at += columns) {
        cells[at] *= Math.signum(largest);
      }
    }
    return new Array.Dense(vectors.dims(), NumberArrays.pack(vectors.dtype(), cells));
  }

  private static List<Array> columns(JsonNode golden, JsonNode operation, int from, int to) {
    List<Array> columns = new ArrayList<>();
    for (String argument : List.of("x", "key", "weights")) {
      if (operation.has(argument)) {
        columns.add(column(golden, operation.get(argument), from, to));
      }
    }
    return columns;
  }

  private static Array column(JsonNode golden, JsonNode expression, int from, int to) {
    if (!expression.path("op").asText().equals("cast")) {
      return GoldenCases.column(golden, expression.get("column").asText(), from, to);
    }
    Array.Dense plain = (Array.Dense) column(golden, expression.get("x"), from, to);
    Values.Numbers numbers = (Values.Numbers) plain.values();
    DType dtype = dtype(golden, expression);
    return new Array.Dense(
        plain.dims(),
        dtype.isFloating()
            ? NumberArrays.pack(dtype, NumberArrays.doubles(numbers))
            : NumberArrays.pack(
                dtype,
                Arrays.stream(NumberArrays.doubles(numbers)).mapToLong(d -> (long) d).toArray()));
  }

  private static boolean isColumn(JsonNode expression) {
    return expression.has("column")
        || (expression.path("op").asText().equals("cast") && isColumn(expression.get("x")));
  }

  private static DType dtype(JsonNode golden, JsonNode expression) {
    return DType.of(
        expression.has("dtype")
            ? expression.get("dtype").asText()
            : spec(golden, expression).get("dtype").asText());
  }

  private static JsonNode spec(JsonNode golden, JsonNode expression) {
    return expression.has("column")
        ? golden.get("feature_spec").get(expression.get("column").asText())
        : spec(golden, expression.get("x"));
  }

  /** The reducer for an operation, unless it reads something else than columns. */
  private static Optional<Reducer<?>> reducer(JsonNode golden, JsonNode op) {
    JsonNode input = op.has("key") ? op.get("key") : op.get("x");
    if (!isColumn(input) || (op.has("weights") && !isColumn(op.get("weights")))) {
      return Optional.empty();
    }
    DType dtype = dtype(golden, input);
    JsonNode spec = spec(golden, input);
    Axis axis = op.path("reduce_instance_dims").asBoolean(true) ? Axis.WHOLE : cells(spec);
    DType result = op.has("output_dtype") ? DType.of(op.get("output_dtype").asText()) : null;
    return Optional.ofNullable(
        switch (op.get("op").asText()) {
          case "min", "max" -> new Extremes(dtype, axis);
          case "sum" -> new Sum(dtype, axis);
          case "size" -> new Size(dtype, axis);
          case "mean", "var" ->
              result == null ? new Moments(dtype, axis) : new Moments(dtype, axis, result);
          case "quantiles" -> quantiles(op, dtype, axis);
          case "count_per_key" -> new CountPerKey(dtype);
          case "histogram" -> histogram(op, dtype);
          case "covariance" -> new Covariance(dtype, spec.get("shape").get(0).asInt(), type(op));
          case "pca" ->
              new Pca(
                  dtype, spec.get("shape").get(0).asInt(), op.get("output_dim").asInt(), type(op));
          case "tukey_location", "tukey_scale", "tukey_h_params" ->
              new TukeyParameters(dtype, axis);
          default -> null;
        });
  }

  private static DType type(JsonNode op) {
    return DType.of(op.get("dtype").asText());
  }

  private static Reducer<?> quantiles(JsonNode op, DType dtype, Axis axis) {
    return new Quantiles(
        dtype,
        axis,
        op.get("num_buckets").asInt(),
        op.get("epsilon").asDouble(),
        op.has("weights") ? Weighting.WEIGHTED : Weighting.NONE);
  }

  private static Reducer<?> histogram(JsonNode op, DType dtype) {
    if (op.path("categorical").asBoolean()) {
      return new CategoricalHistogram(dtype);
    }
    if (op.path("boundaries").isInt()) {
      return null;
    }
    if (op.has("boundaries")) {
      List<Float> boundaries = new ArrayList<>();
      op.get("boundaries").get("const").forEach(b -> boundaries.add((float) b.asDouble()));
      return new Histogram(dtype, boundaries);
    }
    Float[] tenths = new Float[11];
    Arrays.setAll(tenths, i -> i / 10f);
    return new Histogram(dtype, List.of(tenths));
  }

  private static Axis cells(JsonNode spec) {
    if (!spec.get("kind").asText().equals("fixed")) {
      return Axis.perCell(Shape.of(-1));
    }
    List<Long> dims = new ArrayList<>();
    spec.get("shape").forEach(d -> dims.add(d.asLong()));
    return Axis.perCell(new Shape(dims));
  }
}
