// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.files.BatchSink;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Columns;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.hubbeam.preprocessing.TransformFn;
import org.hubbeam.preprocessing.Vocabularies;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An analysis in two phases on Flink, in two tasks, finds what is found in memory. */
class FlinkAnalysisTest {

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          List.of(
              new ArraySpec("x", DType.INT64, Shape.of(-1), Layout.DENSE),
              new ArraySpec("words", DType.STRING, Shape.of(-1, -1), Layout.RAGGED)));

  @TempDir private Path work;

  /** A scaled column of a vocabulary's numbers, beside a vocabulary and a scaled column. */
  private static Map<String, Column> features(Columns in) {
    Column words = Vocabularies.computeAndApplyVocabulary(in.get("words"));
    Map<String, Column> features = new TreeMap<>();
    features.put("x", Scaling.scaleTo01(in.get("x")));
    features.put("words", words);
    features.put("places", Scaling.scaleTo01(words));
    return features;
  }

  private static List<Batch> batches() {
    List<Batch> batches = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 40; i++) {
      int rows = random.nextInt(50);
      long[] x = new long[rows];
      int[] splits = new int[rows + 1];
      for (int row = 0; row < rows; row++) {
        x[row] = random.nextInt(1000);
        splits[row + 1] = splits[row] + random.nextInt(4);
      }
      String[] words = new String[splits[rows]];
      for (int word = 0; word < words.length; word++) {
        words[word] = "w" + Math.min(random.nextInt(90), random.nextInt(90));
      }
      Map<String, Array> columns = new TreeMap<>();
      columns.put("x", Array.Dense.vector(Values.of(x)));
      columns.put("words", Array.Ragged.of(Values.of(words), splits));
      batches.add(Batch.of(columns));
    }
    return batches;
  }

  @Test
  void whatIsFoundInTwoTasksIsWhatIsFoundInMemory() throws Exception {
    FlinkPipelineOptions options = PipelineOptionsFactory.as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setFlinkMaster("[local]");
    options.setParallelism(2);
    Preprocessor preprocessor = Preprocessor.of(SCHEMA, FlinkAnalysisTest::features);
    Pipeline pipeline = Pipeline.create(options);
    AnalyzeAndTransformDataset.Result result =
        pipeline
            .apply(Create.of(batches()).withCoder(BatchCoder.of()))
            .apply(Reshuffle.viaRandomKey())
            .apply(AnalyzeAndTransformDataset.of(preprocessor));
    Path output = work.resolve("output");
    result.results().apply("Function", WriteTransformOutput.of(preprocessor, output.toString()));
    result
        .batches()
        .apply("Features", BatchSink.tfrecord(work.resolve("rows").toString()).withShards(2));
    assertThat(pipeline.run().waitUntilFinish()).isEqualTo(PipelineResult.State.DONE);

    try (LocalRun run = preprocessor.applyLocally(batches());
        TransformFn written = TransformFn.load(output)) {
      List<String> expected = new ArrayList<>();
      for (Batch batch : batches()) {
        Batch features = run.transform(batch);
        assertThat(written.apply(batch)).isEqualTo(features);
        for (int row = 0; row < features.rows(); row++) {
          expected.add(new String(ExampleCodec.encode(features, row), StandardCharsets.ISO_8859_1));
        }
      }
      assertThat(records()).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private List<String> records() throws Exception {
    List<String> records = new ArrayList<>();
    for (String file : BatchSink.existing(work.resolve("rows").toString())) {
      FileChannel channel = FileChannel.open(Path.of(file));
      try (TFRecordReader in =
          TFRecordReader.open(
              channel,
              file,
              channel.size(),
              Corruption.FAIL,
              failure -> {
                throw new AssertionError(failure.toString());
              })) {
        while (in.next()) {
          records.add(
              new String(
                  in.buffer(), in.start(), in.end() - in.start(), StandardCharsets.ISO_8859_1));
        }
      }
    }
    return records;
  }
}
