package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Analyzers of tf.Transform over plain columns: its results come out of the reducers. */
class GoldenReducersTest {

  private static final Map<String, Integer> PARTS =
      Map.of("min", 0, "max", 1, "sum", 0, "size", 0, "mean", 0, "var", 1, "quantiles", 0);

  @TestFactory
  Stream<DynamicTest> resultsAreTheReferences() {
    List<DynamicTest> tests = new ArrayList<>();
    GoldenCases.all().filter(c -> c.has("expected")).forEach(golden -> addTests(golden, tests));
    assertThat(tests).hasSizeGreaterThan(100);
    return tests.stream();
  }

  private static void addTests(JsonNode golden, List<DynamicTest> tests) {
    golden
        .path("analyzers")
        .fields()
        .forEachRemaining(
            analyzer -> {
              JsonNode expression = analyzer.getValue();
              JsonNode expected = golden.get("expected").get("analyzers").get(analyzer.getKey());
              for (int rows : new int[] {1, 3, 1000}) {
                reducer(golden, expression)
                    .ifPresent(
                        reducer ->
                            tests.add(
                                DynamicTest.dynamicTest(
                                    golden.get("name").asText()
                                        + "."
                                        + analyzer.getKey()
                                        + " by "
                                        + rows,
                                    () -> check(golden, expression, reducer, rows, expected))));
              }
            });
  }

  private static <S> void check(
      JsonNode golden, JsonNode expression, Reducer<S> reducer, int step, JsonNode expected) {
    S summary = reducer.empty();
    int rows = golden.get("rows").size();
    for (int from = 0; from < rows; from += step) {
      int to = Math.min(rows, from + step);
      S part = reducer.empty();
      reducer.add(part, columns(golden, expression, from, to));
      reducer.merge(summary, part);
    }
    JsonNode op = expression.get("op").asText().equals("item") ? expression.get("x") : expression;
    int part =
        op == expression
            ? PARTS.getOrDefault(op.get("op").asText(), 0)
            : expression.get("index").asInt();
    Array.Dense actual = reducer.finish(summary).get(part);
    ReducerContract.same(actual, (Array.Dense) ArrayJson.decodeArray(expected), 1e-5);
  }

  private static List<Array> columns(JsonNode golden, JsonNode expression, int from, int to) {
    List<Array> columns = new ArrayList<>();
    for (String argument : List.of("x", "weights")) {
      JsonNode column = expression.path(argument).path("column");
      if (column.isTextual()) {
        columns.add(GoldenCases.column(golden, column.asText(), from, to));
      }
    }
    return columns;
  }

  /** The reducer for an expression, unless it reads something else than columns. */
  private static Optional<Reducer<?>> reducer(JsonNode golden, JsonNode op) {
    if (!op.path("x").has("column") || (op.has("weights") && !op.get("weights").has("column"))) {
      return Optional.empty();
    }
    JsonNode spec = golden.get("feature_spec").get(op.get("x").get("column").asText());
    DType dtype = DType.of(spec.get("dtype").asText());
    Axis axis = op.path("reduce_instance_dims").asBoolean(true) ? Axis.WHOLE : cells(spec);
    Weighting weighting = op.has("weights") ? Weighting.WEIGHTED : Weighting.NONE;
    DType result = op.has("output_dtype") ? DType.of(op.get("output_dtype").asText()) : null;
    return Optional.ofNullable(
        switch (op.get("op").asText()) {
          case "min", "max" -> new Extremes(dtype, axis);
          case "sum" -> new Sum(dtype, axis);
          case "size" -> new Size(dtype, axis);
          case "mean", "var" ->
              result == null ? new Moments(dtype, axis) : new Moments(dtype, axis, result);
          case "quantiles" ->
              new Quantiles(
                  dtype,
                  axis,
                  op.get("num_buckets").asInt(),
                  op.get("epsilon").asDouble(),
                  weighting);
          default -> null;
        });
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
