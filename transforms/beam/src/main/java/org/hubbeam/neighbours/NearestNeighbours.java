// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchEncoding;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.IndexFetch;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.inference.RowIds;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.Metric;
import org.hubbeam.search.SearchRequest;
import org.hubbeam.vectors.PostProcessing;
import org.jspecify.annotations.Nullable;

/**
 * Adds to each row the rows of an index whose vectors are nearest to its own: {@code neighbours}
 * (lists of strings, the ids, the nearest first) and {@code scores} (lists of float32: cosines, dot
 * products or Euclidean distances, as the index has them).
 *
 * <p>The index is opened once in each JVM, whose heap it must fit into: about 650 bytes for a row
 * of 128 floats, 200 for one of codes. One that is in an object store is fetched once to each
 * machine. Of an index that is larger than a worker, {@link #withShardsApart} gives each shard to
 * one task, and combines what these find.
 *
 * <p>Failures are rows without a vector, with one of another length than the index has, with NaN or
 * an infinity, or, under cosine, with zeros alone.
 *
 * <pre>{@code
 * NearestNeighbours.Result joined =
 *     batches.apply(NearestNeighbours.of("out/index", 10, "embedding"));
 * }</pre>
 */
public final class NearestNeighbours
    extends PTransform<PCollection<Batch>, NearestNeighbours.Result> {
  private static final long serialVersionUID = 1;

  /** The column of the ids of the neighbours. */
  public static final String NEIGHBOURS = "neighbours";

  /** The column of their scores. */
  public static final String SCORES = "scores";

  private static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  private static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};
  private static final TupleTag<byte[]> PARTS = new TupleTag<>("parts") {};

  private final Settings settings;

  /** Whether a row is its own neighbour. */
  enum Self {
    LET_IN,
    LEFT_OUT
  }

  /** How the index is shared among workers. */
  private enum Shards {
    TOGETHER,
    APART
  }

  /**
   * What is searched.
   *
   * @param index the folder of the index
   * @param column of the vectors of the rows
   * @param ids what the rows are called
   * @param ef how many rows the graph keeps in view; null for that of the index
   */
  record Settings(
      String index,
      String column,
      int k,
      RowIds ids,
      Self self,
      Shards shards,
      @Nullable Integer ef)
      implements Serializable {
    Settings {
      Objects.requireNonNull(index, "index");
      Objects.requireNonNull(column, "column");
      if (k < 1) {
        throw new IllegalArgumentException("k is " + k + "; there is at least 1 neighbour");
      }
      if (ef != null && ef < 1) {
        throw new IllegalArgumentException("ef is " + ef + "; it is at least 1");
      }
    }

    /** The columns of a batch that a search needs. */
    Set<String> columns(Batch batch) {
      Set<String> needed = new LinkedHashSet<>(List.of(column));
      needed.add(PostProcessing.scaleColumn(column));
      if (ids.column() != null) {
        needed.add(ids.column());
      }
      needed.retainAll(batch.columns().keySet());
      return needed;
    }

    SearchRequest request(int count) {
      SearchRequest request = SearchRequest.of(count);
      return ef == null ? request : request.withEf(Math.max(ef, count));
    }
  }

  private NearestNeighbours(Settings settings) {
    this.settings = settings;
  }

  /**
   * The k nearest rows of an index.
   *
   * @param index its folder, here or in another of Beam's file systems
   * @param column of the vectors of the rows
   * @throws IllegalArgumentException when k is less than 1
   */
  public static NearestNeighbours of(String index, int k, String column) {
    return new NearestNeighbours(
        new Settings(index, column, k, new RowIds(null), Self.LET_IN, Shards.TOGETHER, null));
  }

  /** With rows named by this column's value, instead of by file and offset. */
  public NearestNeighbours withIdColumn(String column) {
    return new NearestNeighbours(
        new Settings(
            settings.index,
            settings.column,
            settings.k,
            new RowIds(column),
            settings.self,
            settings.shards,
            settings.ef));
  }

  /** Leaves the row of the index that has the id of a row out of its neighbours: a self-join. */
  public NearestNeighbours withoutSelf() {
    return new NearestNeighbours(
        new Settings(
            settings.index,
            settings.column,
            settings.k,
            settings.ids,
            Self.LEFT_OUT,
            settings.shards,
            settings.ef));
  }

  /** With so many rows in view of the graph: more find better, and take longer. */
  public NearestNeighbours withEf(int ef) {
    return new NearestNeighbours(
        new Settings(
            settings.index,
            settings.column,
            settings.k,
            settings.ids,
            settings.self,
            settings.shards,
            ef));
  }

  /**
   * With one task for each shard, which alone opens it; vectors go to all of them. For an index
   * that is larger than the memory of a worker. For bounded collections.
   */
  public NearestNeighbours withShardsApart() {
    return new NearestNeighbours(
        new Settings(
            settings.index,
            settings.column,
            settings.k,
            settings.ids,
            settings.self,
            Shards.APART,
            settings.ef));
  }

  /**
   * Joins the rows with the index.
   *
   * <p>What the index consists of is read when the pipeline is built. A worker that finds it
   * changed when it opens it fails, and tells so.
   *
   * @throws org.hubbeam.search.IndexException when there is none here. Workers open it: what is
   *     damaged or has no room there fails the job
   * @throws IllegalArgumentException when there is none elsewhere
   */
  @Override
  public Result expand(PCollection<Batch> batches) {
    IndexDescription index = IndexFetch.description(settings.index);
    IndexState state = IndexState.of(index);
    PCollectionTuple screened =
        batches.apply(
            "Screen",
            ParDo.of(new ScreenFn(settings, index.dimension(), index.metric()))
                .withOutputTags(BATCHES, TupleTagList.of(FAILURES)));
    PCollection<Batch> good = screened.get(BATCHES).setCoder(batches.getCoder());
    PCollection<Batch> joined =
        settings.shards == Shards.TOGETHER
            ? good.apply("Search", ParDo.of(new SearchFn(settings, state)))
            : apart(good, index);
    return new Result(joined.setCoder(batches.getCoder()), screened.get(FAILURES));
  }

  private PCollection<Batch> apart(PCollection<Batch> batches, IndexDescription index) {
    PCollection<KV<String, Batch>> named =
        batches
            .apply("Name", ParDo.of(new NameFn()))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), batches.getCoder()));
    PCollection<KV<String, byte[]>> parts =
        named
            .apply("ToShards", ParDo.of(new ToShardsFn(settings, index.shards().size())))
            .setCoder(
                KvCoder.of(VarIntCoder.of(), KvCoder.of(StringUtf8Coder.of(), batches.getCoder())))
            .apply("ByShard", GroupByKey.create())
            .apply("SearchShard", ParDo.of(new ShardFn(settings, IndexState.of(index))))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), ByteArrayCoder.of()));
    return KeyedPCollectionTuple.of(BATCHES, named)
        .and(PARTS, parts)
        .apply("Gather", CoGroupByKey.create())
        .apply("Combine", ParDo.of(new CombineFn(settings.k, index.metric())));
  }

  /** The rows with their neighbours, and those that cannot have any. */
  public static final class Result extends ResultWithFailures<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }

    /** The rows with the columns {@code neighbours} and {@code scores}. */
    public PCollection<Batch> batches() {
      return output();
    }
  }

  private static final class ScreenFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final Settings settings;
    private final int dimension;
    private final Metric metric;

    ScreenFn(Settings settings, int dimension, Metric metric) {
      this.settings = settings;
      this.dimension = dimension;
      this.metric = metric;
    }

    @ProcessElement
    public void process(@Element Batch batch, MultiOutputReceiver out) {
      RowVectors vectors = RowVectors.of(batch, settings.column);
      int[] good = new int[batch.rows()];
      int count = 0;
      for (int row = 0; row < batch.rows(); row++) {
        String fault =
            vectors.fault(row, dimension, "; those of the index have " + dimension, metric);
        String column = settings.column;
        if (fault == null && settings.self == Self.LEFT_OUT) {
          try {
            Object unused = Ids.of(settings.ids, batch, row);
          } catch (Ids.NoIdException e) {
            fault = String.valueOf(e.getMessage());
            column = String.valueOf(settings.ids.column());
          }
        }
        if (fault == null) {
          good[count++] = row;
        } else {
          out.get(FAILURES).output(Failure.reading(settings.ids.of(batch, row), column, fault));
        }
      }
      if (count > 0) {
        out.get(BATCHES).output(batch.select(Arrays.copyOf(good, count)));
      }
    }
  }

  /** Searches the whole index. */
  static final class SearchFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final Settings settings;
    private final IndexState state;
    private transient BatchSearch search;

    SearchFn(Settings settings, IndexState state) {
      this.settings = settings;
      this.state = state;
    }

    /** Leases nothing yet. */
    @Setup
    public void setup() {
      search = new BatchSearch(settings, state, IndexCache.Part.WHOLE);
    }

    /** Finds the neighbours of the rows of a batch. */
    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Batch> out) {
      out.output(search.neighbours(batch).addTo(batch));
    }

    /** Gives the index back. */
    @Teardown
    public void teardown() {
      search.close();
    }
  }

  /** Names batches by their content, so that one that is made again has the same name. */
  private static final class NameFn extends DoFn<Batch, KV<String, Batch>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<KV<String, Batch>> out) {
      byte[] content = BatchEncoding.encode(batch);
      out.output(KV.of(UUID.nameUUIDFromBytes(content).toString(), batch));
    }
  }

  private static final class ToShardsFn
      extends DoFn<KV<String, Batch>, KV<Integer, KV<String, Batch>>> {
    private static final long serialVersionUID = 1;
    private final Settings settings;
    private final int shards;

    ToShardsFn(Settings settings, int shards) {
      this.settings = settings;
      this.shards = shards;
    }

    @ProcessElement
    public void process(
        @Element KV<String, Batch> named, OutputReceiver<KV<Integer, KV<String, Batch>>> out) {
      Batch needed = named.getValue().only(settings.columns(named.getValue()));
      for (int shard = 0; shard < shards; shard++) {
        out.output(KV.of(shard, KV.of(named.getKey(), needed)));
      }
    }
  }

  private static final class ShardFn
      extends DoFn<KV<Integer, Iterable<KV<String, Batch>>>, KV<String, byte[]>> {
    private static final long serialVersionUID = 1;
    private final Settings settings;
    private final IndexState state;

    ShardFn(Settings settings, IndexState state) {
      this.settings = settings;
      this.state = state;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<KV<String, Batch>>> shard,
        OutputReceiver<KV<String, byte[]>> out)
        throws IOException {
      try (BatchSearch search = new BatchSearch(settings, state, shard.getKey())) {
        for (KV<String, Batch> named : shard.getValue()) {
          out.output(KV.of(named.getKey(), search.neighbours(named.getValue()).encode()));
        }
      }
    }
  }

  private static final class CombineFn extends DoFn<KV<String, CoGbkResult>, Batch> {
    private static final long serialVersionUID = 1;
    private final int k;
    private final Metric metric;

    CombineFn(int k, Metric metric) {
      this.k = k;
      this.metric = metric;
    }

    @ProcessElement
    public void process(@Element KV<String, CoGbkResult> all, OutputReceiver<Batch> out)
        throws IOException {
      List<BatchNeighbours> parts = new ArrayList<>();
      for (byte[] part : all.getValue().getAll(PARTS)) {
        parts.add(BatchNeighbours.decode(part));
      }
      BatchNeighbours merged = BatchNeighbours.merged(parts, metric, k);
      for (Batch batch : all.getValue().getAll(BATCHES)) {
        out.output(merged.addTo(batch));
      }
    }
  }
}
