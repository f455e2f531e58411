// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.preprocessing.Analyzers;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.hubbeam.preprocessing.Statistic;
import org.hubbeam.preprocessing.Vocabularies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** Rows from which an analyzer's input cannot be computed: no statistic and no feature has them. */
class RefusedRowsTest {

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          List.of(
              column("price", DType.STRING),
              column("n", DType.FLOAT32),
              column("id", DType.INT64),
              column("word", DType.STRING),
              new ArraySpec("list", DType.FLOAT32, Shape.of(-1, -1), Layout.RAGGED)));

  private static final String[] PRICES = {"1", "N/A", "3", "5", "", "7", "8", "9", "unknown"};
  private static final int[] GOOD = {0, 2, 3, 5, 6, 7};
  private static final List<Integer> BAD = List.of(1, 4, 8);

  @TempDir Path temp;

  private static ArraySpec column(String name, DType dtype) {
    return new ArraySpec(name, dtype, Shape.of(-1), Layout.DENSE);
  }

  private static Batch rows() {
    int rows = PRICES.length;
    float[] n = new float[rows];
    long[] id = new long[rows];
    String[] words = new String[rows];
    int[] splits = new int[rows + 1];
    float[] list = new float[2 * rows];
    for (int i = 0; i < rows; i++) {
      n[i] = i * i;
      id[i] = i;
      words[i] = i % 3 == 1 ? "x" : "y" + i / 3;
      splits[i + 1] = 2 * (i + 1);
      list[2 * i] = i;
      list[2 * i + 1] = -i;
    }
    Map<String, Array> columns = new TreeMap<>();
    columns.put("price", Array.Dense.vector(Values.of(PRICES)));
    columns.put("n", Array.Dense.vector(Values.of(n)));
    columns.put("id", Array.Dense.vector(Values.of(id)));
    columns.put("word", Array.Dense.vector(Values.of(words)));
    columns.put("list", Array.Ragged.of(Values.of(list), splits));
    return new Batch(rows, columns, new Batch.Origin("in", id));
  }

  private static Column number(Column price) {
    var tf = price.tracing().tf();
    return price.withValues(tf.strings.toNumber(price.values(TString.class), TFloat32.class));
  }

  private static Column upper(Column words) {
    return words.withValues(words.tracing().tf().strings.upper(words.values(TString.class)));
  }

  private static Column without(Column x, Statistic amount) {
    var tf = x.tracing().tf();
    return x.withValues(tf.math.sub(x.values(TFloat32.class), amount.as(TFloat32.class)));
  }

  /** The features of the good rows by their ids, as an analysis of these rows alone gives them. */
  private static Map<Long, String> expected(PreprocessingFunction function) {
    Batch good = rows().select(GOOD);
    try (LocalRun run = Preprocessor.of(SCHEMA, function).applyLocally(List.of(good))) {
      return byId(List.of(run.transform(good)));
    }
  }

  private static Map<Long, String> byId(Iterable<Batch> batches) {
    Map<Long, String> rows = new TreeMap<>();
    for (Batch batch : batches) {
      for (int row = 0; row < batch.rows(); row++) {
        long id = ((Values.Numbers) batch.column("id").values()).getLong(row);
        String example = new String(ExampleCodec.encode(batch, row), StandardCharsets.ISO_8859_1);
        assertThat(rows.put(id, example)).as("row %d", id).isNull();
      }
    }
    return rows;
  }

  private void check(PreprocessingFunction function) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    AnalyzeAndTransformDataset.Result result =
        pipeline
            .apply(Create.of(rows().slice(0, 5), rows().slice(5, 9)).withCoder(BatchCoder.of()))
            .apply(
                AnalyzeAndTransformDataset.of(
                    AnalyzeDataset.of(Preprocessor.of(SCHEMA, function))
                        .withTempLocation(temp.toString())));
    check(function, result.batches(), result.failures());
    pipeline.run();
  }

  private static void check(
      PreprocessingFunction function, PCollection<Batch> batches, PCollection<Failure> failures) {
    Map<Long, String> expected = expected(function);
    PAssert.that(batches)
        .satisfies(
            all -> {
              assertThat(byId(all)).isEqualTo(expected);
              return null;
            });
    PAssert.that(failures)
        .satisfies(
            all -> {
              List<String> ids = new ArrayList<>();
              all.forEach(f -> ids.add(f.id()));
              assertThat(ids)
                  .containsExactlyInAnyOrderElementsOf(BAD.stream().map(i -> "in@" + i).toList());
              return null;
            });
  }

  @Test
  void aFeatureOfWhatWasAnalysed() {
    check(in -> Map.of("id", in.get("id"), "z", Scaling.scaleToZScore(number(in.get("price")))));
  }

  @Test
  void vocabulariesAndOtherColumnsOfTheRowAreNotCountedEither() {
    check(
        in ->
            Map.of(
                "id", in.get("id"),
                "z", Scaling.scaleToZScore(number(in.get("price"))),
                "n", Scaling.scaleTo01(in.get("n")),
                "word", Vocabularies.computeAndApplyVocabulary(in.get("word"))));
  }

  /** The first output, by name, is guarded. */
  @ParameterizedTest
  @ValueSource(strings = {"n", "id", "word", "list", "upper"})
  void featuresThatNeedNothingOfWhatIsWrong(String first) {
    check(
        in -> {
          in.report("m", Analyzers.mean(number(in.get("price"))));
          Column a = first.equals("upper") ? upper(in.get("word")) : in.get(first);
          return Map.of("a", a, "id", in.get("id"));
        });
  }

  @Test
  void aLaterPhaseRefusesWhatAnEarlierOneRefused() {
    check(
        in -> {
          Statistic mean = Analyzers.mean(number(in.get("price")));
          return Map.of("id", in.get("id"), "y", Scaling.scaleTo01(without(in.get("n"), mean)));
        });
  }

  @Test
  void whatOnlyALaterPhaseRefusesWasCountedBefore() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    Preprocessor preprocessor =
        Preprocessor.of(
            SCHEMA,
            in -> {
              Statistic all = Analyzers.max(in.get("n"));
              in.report("all", all);
              in.report("rest", Analyzers.max(without(number(in.get("price")), all)));
              return Map.of("id", in.get("id"));
            });
    AnalyzeDataset.Result result =
        pipeline
            .apply(Create.of(rows()).withCoder(BatchCoder.of()))
            .apply(AnalyzeDataset.of(preprocessor).withTempLocation(temp.toString()));
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              assertThat(all).hasSize(BAD.size()).allMatch(f -> f.column().equals("price"));
              return null;
            });
    PAssert.thatSingleton(result.results())
        .satisfies(
            results -> {
              List<String> values = new ArrayList<>();
              results
                  .arrays()
                  .values()
                  .forEach(a -> values.add("" + ((Values.Numbers) a.values()).getFloat(0)));
              assertThat(values).contains("64.0", "" + (9f - 64f));
              assertThat(results.refusing()).containsExactly(1);
              return null;
            });
    pipeline.run();
  }

  @Test
  void savedAccumulatorsTellThatRowsWereRefused() {
    PreprocessingFunction both =
        in ->
            Map.of(
                "id", in.get("id"),
                "m", Scaling.scaleTo01(in.get("n")),
                "z", Scaling.scaleToZScore(number(in.get("price"))));
    for (int time = 0; time < 2; time++) {
      TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
      AnalyzeDatasets.Result analyzed = analyzed(pipeline, both);
      TransformDataset.Result features =
          pipeline
              .apply("Again", Create.of(rows()).withCoder(BatchCoder.of()))
              .apply(TransformDataset.of(analyzed.functionOfAnalyzedRows()));
      check(both, features.batches(), features.failures());
      pipeline.run();
    }
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    AnalyzeDatasets.Result alone =
        analyzed(pipeline, in -> Map.of("id", in.get("id"), "m", Scaling.scaleTo01(in.get("n"))));
    PAssert.thatSingleton(alone.results())
        .satisfies(
            results -> {
              assertThat(
                      results.arrays().values().stream()
                          .map(a -> ((Values.Numbers) a.values()).getFloat(0)))
                  .as("all rows count where nothing refuses them")
                  .contains(64f);
              return null;
            });
    pipeline.run();
  }

  private AnalyzeDatasets.Result analyzed(TestPipeline pipeline, PreprocessingFunction function) {
    return pipeline.apply(
        AnalyzeDatasets.of(
                AnalyzeDataset.of(Preprocessor.of(SCHEMA, function))
                    .withTempLocation(temp.toString()))
            .with("rows", new Given())
            .withAccumulators(temp.resolve("saved").toString()));
  }

  private static final class Given extends PTransform<PBegin, PCollection<Batch>> {
    private static final long serialVersionUID = 1;

    @Override
    public PCollection<Batch> expand(PBegin begin) {
      return begin.apply(Create.of(rows()).withCoder(BatchCoder.of()));
    }
  }
}
