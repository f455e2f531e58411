// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
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
import org.hubbeam.neighbours.NearestNeighbours;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Columns;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.hubbeam.preprocessing.TransformFn;
import org.hubbeam.preprocessing.Vocabularies;
import org.hubbeam.search.HnswOptions;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexFolder;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.Metric;
import org.hubbeam.search.RowId;
import org.hubbeam.search.ShardOptions;
import org.hubbeam.search.ShardWriter;
import org.hubbeam.search.VectorStorage;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;

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

  private static FlinkPipelineOptions twoTasks() {
    FlinkPipelineOptions options = PipelineOptionsFactory.as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setFlinkMaster("[local]");
    options.setParallelism(2);
    return options;
  }

  /** An index of points in a row, in two shards. */
  private Path index(int points) throws IOException {
    Path folder = Files.createDirectory(work.resolve("index"));
    ShardOptions settings =
        new ShardOptions(
            Metric.EUCLIDEAN, 1, HnswOptions.DEFAULT, VectorStorage.FLOAT32, List.of());
    List<IndexDescription.Shard> shards = new ArrayList<>();
    for (int shard = 0; shard < 2; shard++) {
      try (ShardWriter writer = new ShardWriter(folder, ShardWriter.name(0, shard, 2), settings)) {
        for (int point = 0; point < points; point++) {
          RowId id = RowId.of((long) point);
          if (ShardWriter.shardOf(id, 2) == shard) {
            assertThat(writer.add(new IndexRow(id, new float[] {point}, Map.of()))).isEmpty();
          }
        }
        shards.add(writer.finish(1));
      }
    }
    IndexFolder.stand(folder, IndexDescription.create(settings, shards, Map.of()));
    return folder;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rowsAreJoinedWithTheirNeighboursInTwoTasks(boolean apart) throws Exception {
    int points = 200;
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < points; from += 20) {
      long[] ids = LongStream.range(from, from + 20).toArray();
      float[] x = new float[ids.length];
      for (int row = 0; row < x.length; row++) {
        x[row] = ids[row] + 0.2f;
      }
      batches.add(
          Batch.of(
              Map.of(
                  "id",
                  Array.Dense.vector(Values.of(ids)),
                  "embedding",
                  new Array.Dense(List.of((long) x.length, 1L), Values.of(x)))));
    }
    NearestNeighbours nearest =
        NearestNeighbours.of(index(points).toString(), 2, "embedding").withIdColumn("id");
    Pipeline pipeline = Pipeline.create(twoTasks());
    pipeline
        .apply(Create.of(batches).withCoder(BatchCoder.of()))
        .apply(Reshuffle.viaRandomKey())
        .apply(apart ? nearest.withShardsApart() : nearest)
        .batches()
        .apply("Rows", BatchSink.tfrecord(work.resolve("rows").toString()).withShards(2));
    assertThat(pipeline.run().waitUntilFinish()).isEqualTo(PipelineResult.State.DONE);

    Map<Long, List<String>> found = new TreeMap<>();
    for (String record : records()) {
      Map<String, Feature> row =
          Example.parseFrom(record.getBytes(StandardCharsets.ISO_8859_1))
              .getFeatures()
              .getFeatureMap();
      found.put(
          row.get("id").getInt64List().getValue(0),
          row.get(NearestNeighbours.NEIGHBOURS).getBytesList().getValueList().stream()
              .map(ByteString::toStringUtf8)
              .toList());
    }
    assertThat(found).hasSize(points);
    found.forEach(
        (id, neighbours) ->
            assertThat(neighbours)
                .containsExactly(
                    id.toString(), String.valueOf(id == points - 1 ? id - 1 : id + 1)));
  }

  @Test
  void whatIsFoundInTwoTasksIsWhatIsFoundInMemory() throws Exception {
    FlinkPipelineOptions options = twoTasks();
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
