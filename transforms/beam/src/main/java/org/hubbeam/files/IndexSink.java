// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Serializable;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Internal;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.search.ShardOptions;

/**
 * Writes rows of batches as the shards of an index. A row goes to the shard that its id has, so the
 * same rows are the same files, on any engine and in any order. Files are written into the folder
 * of the run first, and get their names when all are there; what makes them an index is {@code
 * index.json}, which this does not write: {@link WrittenShards} says what it must name.
 *
 * <p>A worker holds the vectors of a shard that it builds and {@link ShardOptions#memory} beside
 * them. As many shards are built at the same time in one JVM as have room.
 */
@Internal
public final class IndexSink extends PTransform<PCollection<Batch>, IndexSink.Result> {
  private static final long serialVersionUID = 1;

  static final TupleTag<KV<Integer, byte[]>> ROWS = new TupleTag<>("rows") {};
  static final TupleTag<KV<Integer, BuiltShard>> SHARDS = new TupleTag<>("shards") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};
  private static final TupleTag<String> NAMES = new TupleTag<>("names") {};

  private static final KvCoder<Integer, BuiltShard> BUILT =
      KvCoder.of(VarIntCoder.of(), SerializableCoder.of(BuiltShard.class));

  private final Settings settings;

  /**
   * What is written.
   *
   * @param folder without a slash at its end
   * @param rows how batches are read
   * @param options of all shards
   * @param shards how many
   * @param generation of the index; 0 for a new one
   */
  public record Settings(
      String folder, IndexRows rows, ShardOptions options, int shards, int generation)
      implements Serializable {
    public Settings {
      if (shards < 1) {
        throw new IllegalArgumentException("an index has at least 1 shard, not " + shards);
      }
    }
  }

  private IndexSink(Settings settings) {
    this.settings = settings;
  }

  /** Writes this. */
  public static IndexSink of(Settings settings) {
    return new IndexSink(settings);
  }

  /** The memory that shards have which are built in this JVM, in bytes. */
  public static long memoryHere() {
    return BuildMemory.JVM.bytes();
  }

  /** Writes the rows of an index anew, under names of its next generation. */
  public static PTransform<PBegin, Result> again(Settings settings, HubOptions hub) {
    return new PTransform<>("Again") {
      private static final long serialVersionUID = 1;

      @Override
      public Result expand(PBegin begin) {
        return new IndexSink(settings)
            .built(
                begin
                    .apply("Index", Create.of(settings.folder()).withCoder(StringUtf8Coder.of()))
                    .apply(
                        "Rows",
                        ParDo.of(new IndexFns.AgainFn(settings, hub))
                            .withOutputTags(ROWS, TupleTagList.of(FAILURES))));
      }
    };
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    return built(
        batches.apply(
            "Rows",
            ParDo.of(new IndexFns.RowsFn(settings))
                .withOutputTags(ROWS, TupleTagList.of(FAILURES))));
  }

  private Result built(PCollectionTuple rows) {
    Pipeline pipeline = rows.getPipeline();
    RunFolder run = RunFolder.of(pipeline.getOptions());
    rows.get(ROWS).setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()));
    PCollectionTuple built =
        rows.get(ROWS)
            .apply("By shard", GroupByKey.create())
            .apply(
                "Build",
                ParDo.of(new IndexFns.BuildFn(settings, run))
                    .withOutputTags(SHARDS, TupleTagList.of(FAILURES)));
    PCollection<String> names =
        PCollectionList.of(built.get(SHARDS).setCoder(BUILT))
            .and(pipeline.apply("None", Create.of(KV.of(0, BuiltShard.NONE)).withCoder(BUILT)))
            .apply("All", Flatten.pCollections())
            .apply("Together", GroupByKey.create())
            .apply("Name", ParDo.of(new IndexFns.FinishFn(settings, run)))
            .setCoder(StringUtf8Coder.of());
    PCollection<Failure> failures =
        PCollectionList.of(rows.get(FAILURES).setCoder(FailureCoder.of()))
            .and(built.get(FAILURES).setCoder(FailureCoder.of()))
            .apply("Failures", Flatten.pCollections());
    return new Result(names, failures);
  }

  /**
   * What was written.
   *
   * @param names of the files, when all are there
   * @param failures rows that cannot be in the index
   */
  public record Result(PCollection<String> names, PCollection<Failure> failures)
      implements POutput {

    @Override
    public Pipeline getPipeline() {
      return names.getPipeline();
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      return Map.of(NAMES, names, FAILURES, failures);
    }

    @Override
    public void finishSpecifyingOutput(String name, PInput input, PTransform<?, ?> transform) {}
  }
}
