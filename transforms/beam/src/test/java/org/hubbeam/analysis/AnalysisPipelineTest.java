// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.Analyzers;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Columns;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Statistic;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Analyses on the direct runner, which cuts the batches into several bundles. */
class AnalysisPipelineTest {

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          List.of(
              new ArraySpec("x", DType.FLOAT32, Shape.of(-1), Layout.DENSE),
              new ArraySpec("list", DType.FLOAT32, Shape.of(-1, -1), Layout.RAGGED),
              new ArraySpec("n", DType.INT64, Shape.of(-1, 2), Layout.DENSE)));

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path temp;

  /** Two phases: the maximum of what is left of x without its minimum. */
  private static final PreprocessingFunction FUNCTION =
      in -> {
        Column x = in.get("x");
        var tf = in.tf();
        Column d =
            x.map(v -> tf.math.sub(x.values(TFloat32.class), Analyzers.min(x).as(TFloat32.class)));
        Column y =
            d.map(v -> tf.math.div(d.values(TFloat32.class), Analyzers.max(d).as(TFloat32.class)));
        Column n = in.get("n");
        Column most =
            n.map(
                v ->
                    tf.math.sub(
                        n.values(TInt64.class),
                        Analyzers.sum(n, Analyzers.Over.CELLS).as(TInt64.class)));
        return Map.of("y", y, "list", in.get("list"), "most", most);
      };

  private static Preprocessor preprocessor() {
    return Preprocessor.of(SCHEMA, FUNCTION);
  }

  private static Batch batch(String source, long seed, int rows) {
    Random random = new Random(seed);
    float[] x = new float[rows];
    long[] n = new long[2 * rows];
    int[] splits = new int[rows + 1];
    for (int i = 0; i < rows; i++) {
      x[i] = random.nextInt(1000) / 8f;
      n[2 * i] = random.nextInt();
      n[2 * i + 1] = i;
      splits[i + 1] = splits[i] + random.nextInt(3);
    }
    float[] list = new float[splits[rows]];
    for (int i = 0; i < list.length; i++) {
      list[i] = random.nextInt(64) / 4f;
    }
    Map<String, Array> columns = new TreeMap<>();
    columns.put("x", Array.Dense.vector(Values.of(x)));
    columns.put("list", Array.Ragged.of(Values.of(list), splits));
    columns.put("n", new Array.Dense(List.of((long) rows, 2L), Values.of(n)));
    long[] records = new long[rows];
    for (int i = 0; i < rows; i++) {
      records[i] = 10L * i;
    }
    return new Batch(rows, columns, new Batch.Origin(source, records));
  }

  private static List<Batch> batches() {
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      batches.add(batch("train" + i, i, 3 + 5 * i));
    }
    batches.add(batch("empty", 0, 0));
    return batches;
  }

  private PCollection<Batch> input(String name, List<Batch> batches) {
    return pipeline.apply(name, Create.of(batches).withCoder(org.hubbeam.files.BatchCoder.of()));
  }

  private static AnalyzeAndTransformDataset both(Preprocessor preprocessor, Path temp) {
    return AnalyzeAndTransformDataset.of(
        AnalyzeDataset.of(preprocessor).withTempLocation(temp.toString()));
  }

  @Test
  void twoPhasesGiveWhatTheyGiveInMemory() {
    Preprocessor preprocessor = preprocessor();
    assertThat(preprocessor.plan().phases()).hasSize(2);
    Batch eval = batch("eval", 99, 7);
    AnalyzeAndTransformDataset.Result train =
        input("train", batches()).apply(both(preprocessor, temp));
    TransformDataset.Result other =
        input("eval", List.of(eval))
            .apply(
                TransformDataset.of(train.transformFunction()).withPassthrough(List.of("x", "n")));
    List<Batch> expected = new ArrayList<>();
    Batch expectedEval;
    try (LocalRun run = preprocessor.applyLocally(batches())) {
      batches().stream().filter(b -> b.rows() > 0).forEach(b -> expected.add(run.transform(b)));
      expectedEval = run.transform(eval).with("x", eval.column("x")).with("n", eval.column("n"));
      PAssert.thatSingleton(train.results()).isEqualTo(run.results());
    }
    PAssert.that(train.batches()).containsInAnyOrder(expected);
    PAssert.that(other.batches()).containsInAnyOrder(expectedEval);
    PAssert.that(train.failures()).empty();
    PAssert.that(other.failures()).empty();
    pipeline.run();
  }

  /** The sum of the first input's values over all batches. */
  private static final class SumOf extends PTransform<PCollection<Batch>, PCollection<Batch>> {
    private static final long serialVersionUID = 1;
    private final String result;

    SumOf(String result) {
      this.result = result;
    }

    @Override
    public PCollection<Batch> expand(PCollection<Batch> batches) {
      String name = result;
      return batches
          .apply(
              "Sums",
              MapElements.into(TypeDescriptors.doubles())
                  .via(
                      batch ->
                          floats(batch.column("input_0")).stream()
                              .mapToDouble(v -> (Float) v)
                              .sum()))
          .apply(Sum.doublesGlobally())
          .apply(
              "Result",
              MapElements.into(TypeDescriptor.of(Batch.class))
                  .via(
                      sum ->
                          Batch.of(Map.of(name, Array.Dense.vector(Values.of(sum.floatValue()))))));
    }
  }

  private static Preprocessor summing(String result) {
    return Preprocessor.of(
        SCHEMA,
        in -> {
          Column x = in.get("x");
          var tf = in.tf();
          Column d =
              x.map(
                  v -> tf.math.sub(x.values(TFloat32.class), Analyzers.min(x).as(TFloat32.class)));
          ArraySpec sum = new ArraySpec("sum", DType.FLOAT32, Shape.of(), Layout.DENSE);
          Statistic all =
              Analyzers.ptransformAnalyzer("my_sum", new SumOf(result), List.of(d), List.of(sum))
                  .get(0);
          return Map.of(
              "part", d.map(v -> tf.math.div(d.values(TFloat32.class), all.as(TFloat32.class))));
        });
  }

  @Test
  void aTransformOfOnesOwnIsAnAnalyzer() {
    AnalyzeAndTransformDataset.Result result =
        input("in", List.of(batchOf(3f, 5f), batchOf(4f, 6f))).apply(both(summing("sum"), temp));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              List<Object> parts = new ArrayList<>();
              all.forEach(b -> parts.addAll(floats(b.column("part"))));
              assertThat(parts).containsExactlyInAnyOrder(0f, 2 / 6f, 1 / 6f, 3 / 6f);
              return null;
            });
    pipeline.run();
  }

  @Test
  void aTransformThatGivesSomethingElseStopsTheJob() {
    input("in", List.of(batchOf(3f, 5f))).apply(both(summing("total"), temp));
    assertThatThrownBy(pipeline::run)
        .hasMessageContaining("the analyzer my_sum_1 must return sum: float32 []")
        .hasMessageContaining("1 rows of [total]");
  }

  @Test
  void nothingIsFoundInNoRows() {
    Preprocessor preprocessor = preprocessor();
    AnalyzeDataset.Result nothing =
        input("none", List.of())
            .apply(AnalyzeDataset.of(preprocessor).withTempLocation(temp.toString()));
    Batch eval = batch("eval", 99, 7);
    TransformDataset.Result other =
        input("eval", List.of(eval)).apply(TransformDataset.of(nothing.transformFunction()));
    try (LocalRun run = preprocessor.applyLocally(List.of())) {
      PAssert.thatSingleton(nothing.results()).isEqualTo(run.results());
      PAssert.that(other.batches()).containsInAnyOrder(run.transform(eval));
    }
    pipeline.run();
  }

  @Test
  void aFunctionWithoutAnalyzersIsOnlyWritten() {
    Preprocessor preprocessor = Preprocessor.of(SCHEMA, in -> Map.of("x", in.get("x")));
    AnalyzeAndTransformDataset.Result result =
        input("in", List.of(batch("a", 1, 5))).apply(both(preprocessor, temp));
    PAssert.that(result.batches()).containsInAnyOrder(batch("a", 1, 5).only(List.of("x")));
    pipeline.run();
  }

  @Test
  void rowsOfABatchThatDoesNotFitAreFailuresAndDoNotCount() {
    Preprocessor preprocessor = preprocessor();
    Batch good = batch("good", 1, 8);
    Batch bad = batch("bad", 2, 2).with("x", Array.Dense.vector(Values.of(1000L, 2000L)));
    Batch lacking = batch("lacking", 3, 1).only(List.of("x", "n"));
    AnalyzeAndTransformDataset.Result result =
        input("in", List.of(good, bad, lacking)).apply(both(preprocessor, temp));
    try (LocalRun run = preprocessor.applyLocally(List.of(good))) {
      PAssert.thatSingleton(result.results()).isEqualTo(run.results());
      PAssert.that(result.batches()).containsInAnyOrder(run.transform(good));
    }
    String wrong = "expected x: float32 [?], found x: int64 [2]";
    PAssert.that(result.failures())
        .containsInAnyOrder(
            Failure.reading("bad@0", "x", wrong),
            Failure.reading("bad@10", "x", wrong),
            Failure.reading(
                "lacking@0",
                "list",
                "expected " + SCHEMA.column("list") + ", found no such column among [x, n]"));
    pipeline.run();
  }

  @Test
  void aRowThatTheFunctionRefusesIsAFailureOfTheTransform() {
    Preprocessor preprocessor =
        Preprocessor.of(SCHEMA, in -> Map.of("ok", in.get("x").map(v -> positive(in, v))));
    AnalyzeAndTransformDataset.Result result =
        input("in", List.of(batchOf(1f, -1f, 2f, 3f))).apply(both(preprocessor, temp));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              List<Object> passed = new ArrayList<>();
              all.forEach(b -> passed.addAll(floats(b.column("ok"))));
              assertThat(passed).containsExactly(1f, 2f, 3f);
              return null;
            });
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              assertThat(all)
                  .singleElement()
                  .satisfies(f -> assertThat(f.id()).isEqualTo("given@1"))
                  .satisfies(f -> assertThat(f.reason()).contains("not positive"));
              return null;
            });
    pipeline.run();
  }

  @Test
  void whatIsNotWholeIsRefusedWhenThePipelineIsBuilt() {
    AnalyzeDataset analysis = AnalyzeDataset.of(preprocessor());
    PCollection<Batch> all = input("in", batches());
    assertThatThrownBy(
            () ->
                all.apply(Window.into(FixedWindows.of(Duration.standardMinutes(1))))
                    .apply(analysis))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("global window")
        .hasMessageContaining("FixedWindows");
    PCollection<Batch> endless = input("more", batches());
    endless.setIsBoundedInternal(IsBounded.UNBOUNDED);
    assertThatThrownBy(() -> endless.apply(analysis))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be bounded");
  }

  @Test
  void aPassingColumnMustBeThereAndHaveANameOfItsOwn() {
    TransformFunction function =
        input("in", batches()).apply(AnalyzeDataset.of(preprocessor())).transformFunction();
    assertThatThrownBy(() -> TransformDataset.of(function).withPassthrough(List.of("y")))
        .hasMessageContaining("there is no column 'y'");
    assertThatThrownBy(() -> TransformDataset.of(function).withPassthrough(List.of("list")))
        .hasMessageContaining("the column 'list' cannot pass");
  }

  private static Operand<?> positive(Columns in, Operand<?> x) {
    var tf = in.tf();
    Operand<TFloat32> values = x.asOutput().expect(TFloat32.class);
    var check =
        tf.assertThat(
            tf.reduceAll(tf.math.greater(values, tf.constant(0f)), tf.constant(0)),
            List.of(tf.constant("not positive")));
    return tf.withControlDependencies(List.of(check)).identity(values);
  }

  private static Batch batchOf(float... x) {
    Batch batch = batch("given", 5, x.length).with("x", Array.Dense.vector(Values.of(x)));
    return new Batch(
        batch.rows(),
        batch.columns(),
        new Batch.Origin("given", Batch.Origin.unknown(x.length).records()));
  }

  private static List<Object> floats(Array array) {
    List<Object> floats = new ArrayList<>();
    for (int i = 0; i < array.values().size(); i++) {
      floats.add(array.values().get(i));
    }
    return floats;
  }
}
