// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.batch.Printable;
import org.hubbeam.files.IndexSink;
import org.hubbeam.search.HnswOptions;
import org.hubbeam.search.IndexChange;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.Metric;
import org.hubbeam.search.ShardOptions;
import org.hubbeam.search.VectorStorage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes an index of embeddings, to be searched, or changes one. */
@Command(
    name = "index",
    description = {
      "Make an index of embeddings, to be searched.",
      "",
      "Reads what embed wrote, or a matrix of NumPy with a file of ids. Writes a folder with shards"
          + " of the index (graphs in the format of hnswlib), their ids and columns,"
          + " failures.jsonl and, last, index.json. Rows without a vector, with NaN, infinite or,"
          + " for cosine, only zeros in it, and a second row of one id are failures.",
      "--append adds rows to an index, and replaces those of the same ids; --delete removes rows;"
          + " --compact writes all that are left anew. --append does so by itself when more than a"
          + " third of the rows was added or deleted.",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam index --input=out/vectors --output=out/index --shards=3"
    })
final class IndexCommand extends JobCommand {

  /** A shard has so many bytes at most unless the user says otherwise. */
  private static final ShardOptions.Bytes SHARD = new ShardOptions.Bytes(1L << 30);

  private static final int MOST_SHARDS = 10_000;

  @Mixin private IndexRowOptions rows;
  @Mixin private EvaluationOptions evaluation;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "the folder of the index")
  private String output;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      defaultValue = "COSINE",
      description = "what is compared: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Metric metric;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--quantize",
      paramLabel = "TYPE",
      description =
          "${COMPLETION-CANDIDATES}: search in codes of 8 bits; floats score the best again")
  private @Nullable Quantize quantize;

  @Section(Section.Heading.OUTPUT)
  @Option(names = "--noRescore", description = "with --quantize=int8: keep no floats")
  private boolean noRescore;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--m",
      paramLabel = "N",
      description = "links of a vector in the graph, 2 to 512 (default: 16)")
  private @Nullable Integer m;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--efConstruction",
      paramLabel = "N",
      description = "candidates for the links of a vector (default: 200)")
  private @Nullable Integer efConstruction;

  @Section(Section.Heading.OUTPUT)
  @Option(names = "--append", description = "add rows to the index, or replace those of their ids")
  private boolean append;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--delete",
      paramLabel = "FILE",
      description = "remove the rows whose ids are in this file, one on a line")
  private @Nullable String delete;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--compact",
      description = "write the index anew, without deleted rows and in as many shards as at first")
  private boolean compact;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--map",
      paramLabel = "METHOD",
      description =
          "${COMPLETION-CANDIDATES}: place the rows on a plane, for explore; alone, those of an"
              + " index that is there")
  private @Nullable IndexMapping map;

  /** Codes instead of floats. */
  enum Quantize {
    int8
  }

  /** What {@link #job} makes; appending is followed by compacting where that is due. */
  private boolean compacting;

  /** Whether the job runs in this process. */
  private boolean isHere;

  /** Parameters for a graph that finds more; null for those of the index. */
  private @Nullable HnswOptions better;

  @Override
  List<String> inputs() {
    return compacting ? List.of() : rows.files();
  }

  @Override
  IndexOutput output() {
    boolean change = append || compacting;
    return new IndexOutput(output, change ? IndexOutput.Write.CHANGE : IndexOutput.Write.NEW);
  }

  private IndexPlace place() {
    return IndexPlace.of(output().path());
  }

  @Override
  Whole whole() {
    return compacting ? Whole.UNKNOWN : rows.whole();
  }

  @Override
  public Integer call() throws IOException {
    checkOptions();
    PipelineOptions pipeline = prepare();
    isHere = pipeline.as(LocalTasks.class).getLocalTasks() > 0;
    long start = System.nanoTime();
    int code = 0;
    if (delete != null) {
      new IndexDeletion(place(), delete).run(out(), err());
    }
    if (rows.isGiven()) {
      code = super.call();
    }
    if (compact || append && IndexChange.needsCompaction(place().read())) {
      compacting = true;
      code = Math.max(code, super.call());
    }
    boolean isBuilt = rows.isGiven() || compact;
    if (code == ExitCode.SOFTWARE || options().isDetached(pipeline)) {
      return code;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    code = Math.max(code, evaluate(isBuilt ? OptionalDouble.of(seconds) : OptionalDouble.empty()));
    if (map != null) {
      map.make(place(), out(), err());
    }
    return code;
  }

  /** Chooses how the index is searched, and measures it. */
  private int evaluate(OptionalDouble buildSeconds) throws IOException {
    IndexEvaluation measured = new IndexEvaluation(place(), evaluation);
    int code = 0;
    if (buildSeconds.isPresent() || evaluation.recall().isPresent()) {
      Optional<HnswOptions> wanted = measured.tune(err());
      while (wanted.isPresent()) {
        better = wanted.get();
        compacting = true;
        code = Math.max(code, super.call());
        wanted = measured.tune(err());
      }
    }
    if (evaluation.evaluates()) {
      measured.evaluate(buildSeconds, out(), err());
    }
    return code;
  }

  private void checkOptions() {
    evaluation.check();
    boolean isMeasured = evaluation.evaluates() || evaluation.recall().isPresent();
    if (!rows.isGiven() && delete == null && !compact && map == null && !isMeasured) {
      throw new UsageException(
          "--input is missing: what embed had as --output, or a file NAME.npy; --delete=FILE,"
              + " --compact, --map, --evaluate and --recall go without");
    }
    if (rows.isGiven() && !append && (delete != null || compact)) {
      throw new UsageException(
          (compact ? "--compact" : "--delete=" + delete)
              + " changes an index that is there; with --input it needs --append");
    }
    if (append && !rows.isGiven()) {
      throw new UsageException("--append needs --input, the rows to add");
    }
    if (noRescore && quantize == null) {
      throw new UsageException("--noRescore is for --quantize=int8");
    }
    if (options().shards() == 0 && given().hasMatchedOption("--shards")) {
      throw new UsageException("--shards=0: an index has at least 1 shard");
    }
    if (options().shards() > MOST_SHARDS) {
      throw new UsageException(
          "--shards=" + options().shards() + ": an index has at most " + MOST_SHARDS + " shards");
    }
    if (options().isDetachedAsked() && (compact || append || isMeasured)) {
      throw new UsageException(
          "--detached is for a new index; --append, --compact, --evaluate and --recall wait for the"
              + " job");
    }
    if (options().isDetachedAsked() && map != null) {
      throw new UsageException("--map waits for the job, which --detached does not");
    }
    if (append || !rows.isGiven()) {
      for (String option :
          List.of("--metric", "--quantize", "--noRescore", "--m", "--efConstruction")) {
        if (given().hasMatchedOption(option)) {
          throw new UsageException(option + " is that of the index, which is there already");
        }
      }
    }
    HnswOptions unused = graph();
  }

  private HnswOptions graph() {
    HnswOptions graph = HnswOptions.DEFAULT;
    graph = m == null ? graph : graph.withM(m);
    return efConstruction == null ? graph : graph.withEfConstruction(efConstruction);
  }

  private VectorStorage storage() {
    return quantize == null
        ? VectorStorage.FLOAT32
        : noRescore ? VectorStorage.INT8 : VectorStorage.INT8_RESCORED;
  }

  @Override
  IndexJob job() throws IOException {
    if (compacting) {
      return compaction(place().read());
    }
    IndexRowOptions.Prepared prepared = rows.prepare(options());
    if (append) {
      return appending(place().read(), prepared);
    }
    ShardOptions shards =
        new ShardOptions(
            metric, prepared.dimension(), graph(), storage(), prepared.rows().columns());
    int count =
        options().shards() > 0 ? options().shards() : shards.shards(prepared.count(), SHARD);
    tellMemory(shards, prepared.count(), count);
    return new IndexJob(
        "indexing " + rows.input(),
        prepared.source(),
        new IndexSink.Settings(output().path(), prepared.rows(), shards, count, 0),
        prepared.embeddings(),
        output());
  }

  private IndexJob appending(IndexDescription index, IndexRowOptions.Prepared prepared) {
    prepared.checkFits(index, output().path());
    ShardOptions shards = ShardOptions.of(index);
    int count =
        options().shards() > 0 ? options().shards() : shards.shards(prepared.count(), SHARD);
    tellMemory(shards, prepared.count(), count);
    return new IndexJob(
        "appending " + rows.input(),
        prepared.source(),
        new IndexSink.Settings(
            output().path(), prepared.rowsOf(index), shards, count, index.generation() + 1),
        prepared.embeddings(),
        output());
  }

  private IndexJob compaction(IndexDescription index) {
    ShardOptions as = ShardOptions.of(index);
    ShardOptions shards = better == null ? as : as.withGraph(better);
    int count =
        options().shards() > 0
            ? options().shards()
            : Math.max(shards.shards(index.rows(), SHARD), IndexChange.dividedInto(index));
    tellMemory(shards, index.rows(), count);
    return new IndexJob(
        "compacting " + output().path(),
        null,
        new IndexSink.Settings(
            output().path(), IndexRowOptions.none(index), shards, count, index.generation() + 1),
        index.embeddings(),
        output());
  }

  /**
   * Says what a shard takes, before anything is read.
   *
   * @throws UsageException if it does not fit into this process, and the job runs here
   */
  private void tellMemory(ShardOptions shards, long count, int number) {
    long largest = (count + number - 1) / number;
    long needed = shards.memory(largest);
    err()
        .println(
            Printable.line(
                Formatting.of(number, "shard")
                    + " of about "
                    + Formatting.of(largest, "vector")
                    + " of "
                    + Formatting.of(shards.dimension(), "number")
                    + ": "
                    + Formatting.bytes(needed)
                    + " of memory for each while it is built"));
    if (isHere && needed > IndexSink.memoryHere()) {
      int enough = shards.shards(count, new ShardOptions.Bytes(IndexSink.memoryHere() / 10 * 9));
      throw new UsageException(
          "a shard needs "
              + Formatting.bytes(needed)
              + " of memory, and there are "
              + Formatting.bytes(IndexSink.memoryHere())
              + " for shards: --shards="
              + Math.max(enough, number + 1)
              + " would fit, or set HUBBEAM_HEAP to more");
    }
  }
}
