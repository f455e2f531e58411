// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.files.IndexSink;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WrittenShards;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.search.IndexChange;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.ShardOptions;
import org.jspecify.annotations.Nullable;

/**
 * Builds the shards of an index, or of a generation of one.
 *
 * @param activity what the job does: {@code indexing out/vectors}
 * @param rows where the rows come from; null for the index itself, which is written anew
 * @param settings what is written
 * @param embeddings the manifest of the embeddings, for a new index
 */
record IndexJob(
    String activity,
    @Nullable Rows rows,
    IndexSink.Settings settings,
    Map<String, Object> embeddings,
    IndexOutput output)
    implements Job {

  private static final String ROWS = "rows_read";

  /** Where rows come from. */
  interface Rows {
    /** Reads the rows; records that cannot be read are added to the failures. */
    PCollection<Batch> in(Pipeline pipeline, List<PCollection<Failure>> failures);
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(new ProgressDisplay.Stage("reading", List.of(ROWS), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    IndexSink.Result result;
    if (rows == null) {
      result = pipeline.apply("Index", IndexSink.again(settings, HubOptions.fromEnvironment()));
    } else {
      result =
          rows.in(pipeline, failures)
              .apply("Count", RowCount.of(ROWS))
              .apply("Index", IndexSink.of(settings));
    }
    failures.add(result.failures());
    output.delete();
    return new Built(
        List.of(result.names()),
        new ShardsWritten(settings, rows == null, new LinkedHashMap<>(embeddings), output.path()));
  }

  /**
   * What is known before the run.
   *
   * @param again whether the rows are those of the index
   */
  private record ShardsWritten(
      IndexSink.Settings settings,
      boolean again,
      LinkedHashMap<String, Object> embeddings,
      String path)
      implements Finish {

    @Override
    public IndexManifest manifest(RunFolder run, long failures) throws IOException {
      WrittenShards written = WrittenShards.read(run);
      IndexDescription index =
          settings.generation() == 0 ? created(written) : changed(IndexPlace.of(path), written);
      return new IndexManifest(index, failures, written.repeated());
    }

    private IndexDescription created(WrittenShards written) {
      ShardOptions options = settings.options();
      long rows = written.shards().stream().mapToLong(IndexDescription.Shard::rows).sum();
      return new IndexDescription(
          options.metric(),
          options.dimension(),
          options.storage(),
          options.graph(),
          IndexDescription.DEFAULT_EF,
          options.columns(),
          written.shards(),
          List.of(new IndexDescription.Generation(IndexDescription.Change.CREATE, rows, 0, 0)),
          embeddings,
          Map.of(),
          Optional.empty());
    }

    private IndexDescription changed(IndexPlace place, WrittenShards written) throws IOException {
      IndexDescription before = place.read();
      if (before.generation() + 1 != settings.generation()) {
        throw new IllegalStateException(
            "the index in "
                + path
                + " has been changed meanwhile: it has generation "
                + before.generation()
                + "; do the change again");
      }
      if (again) {
        return IndexChange.compact(before, written.shards())
            .description()
            .withGraph(settings.options().graph());
      }
      Path work = Files.createTempDirectory("hubbeam-index-");
      try {
        List<IndexDescription.Shard> all = new ArrayList<>(before.shards());
        all.addAll(written.shards());
        Path folder = place.changing(work, marked(all));
        IndexChange change = IndexChange.append(folder, before, written.shards());
        place.add(folder, change.written());
        return change.description();
      } finally {
        FileTrees.delete(work);
      }
    }
  }

  /** The files that marks of deleted rows depend on. */
  static List<IndexDescription.File> marked(List<IndexDescription.Shard> shards) {
    return shards.stream()
        .flatMap(
            shard ->
                Stream.of(IndexDescription.Part.IDS, IndexDescription.Part.DELETED)
                    .flatMap(part -> Optional.ofNullable(shard.files().get(part)).stream()))
        .toList();
  }
}
