// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.util.MimeTypes;
import org.apache.beam.sdk.values.KV;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.ShardOptions;
import org.hubbeam.search.ShardWriter;
import org.jspecify.annotations.Nullable;

/** The steps of an {@link IndexSink}. */
final class IndexFns {

  private static final String PARTS = "index";

  private IndexFns() {}

  /** Gives each row to its shard. */
  static final class RowsFn extends DoFn<Batch, KV<Integer, byte[]>> {
    private static final long serialVersionUID = 1;
    private final IndexSink.Settings settings;
    private final IndexRowCodec codec;

    RowsFn(IndexSink.Settings settings) {
      this.settings = settings;
      this.codec = new IndexRowCodec(settings.options().columns());
    }

    @ProcessElement
    public void process(@Element Batch batch, MultiOutputReceiver out) {
      settings
          .rows()
          .of(
              batch,
              row ->
                  out.get(IndexSink.ROWS)
                      .output(
                          KV.of(
                              ShardWriter.shardOf(row.row().id(), settings.shards()),
                              codec.encode(row))),
              out.get(IndexSink.FAILURES)::output);
    }
  }

  /** Gives each row of an index to its shard. */
  static final class AgainFn extends DoFn<String, KV<Integer, byte[]>> {
    private static final long serialVersionUID = 1;
    private final IndexSink.Settings settings;
    private final HubOptions hub;
    private final IndexRowCodec codec;

    AgainFn(IndexSink.Settings settings, HubOptions hub) {
      this.settings = settings;
      this.hub = hub;
      this.codec = new IndexRowCodec(settings.options().columns());
    }

    @ProcessElement
    public void process(@Element String folder, MultiOutputReceiver out) {
      try (SearchIndex index = SearchIndex.open(IndexFetch.local(folder, Hub.of(hub)));
          Stream<IndexRow> rows = index.rows()) {
        rows.forEach(
            row ->
                out.get(IndexSink.ROWS)
                    .output(
                        KV.of(
                            ShardWriter.shardOf(row.id(), settings.shards()),
                            codec.encode(new IndexRows.Placed(row, row.id().toString())))));
      }
    }
  }

  /** Builds a shard on this machine's disk, and copies its files into the folder of the run. */
  static final class BuildFn extends DoFn<KV<Integer, Iterable<byte[]>>, KV<Integer, BuiltShard>> {
    private static final long serialVersionUID = 1;
    private final IndexSink.Settings settings;
    private final RunFolder run;

    BuildFn(IndexSink.Settings settings, RunFolder run) {
      this.settings = settings;
      this.run = run;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<byte[]>> group, MultiOutputReceiver out)
        throws IOException {
      run.checkShared();
      Path folder = Files.createTempDirectory("hubbeam-index-");
      try (RowSpill spill = new RowSpill(folder)) {
        for (byte[] row : group.getValue()) {
          spill.add(row);
        }
        long needed = settings.options().memory(spill.rows());
        try (BuildMemory.Share share = BuildMemory.JVM.take(needed, memory(group.getKey(), spill));
            ShardWriter writer =
                new ShardWriter(
                    folder,
                    ShardWriter.name(settings.generation(), group.getKey(), settings.shards()),
                    settings.options())) {
          spill.sorted(
              new IndexRowCodec(settings.options().columns()),
              row -> refused(writer, row).ifPresent(out.get(IndexSink.FAILURES)::output));
          IndexDescription.Shard built = writer.finish(share.threads());
          if (built.rows() > 0) {
            out.get(IndexSink.SHARDS).output(KV.of(0, copy(folder, built, writer.repeated())));
          }
        }
      } finally {
        FileTrees.delete(folder);
      }
    }

    private static Optional<Failure> refused(ShardWriter writer, IndexRows.Placed row)
        throws IOException {
      return writer
          .add(row.row())
          .map(
              refusal ->
                  Failure.reading(
                      row.origin(),
                      refusal.column(),
                      "the row " + row.row().id() + ": " + refusal.reason()));
    }

    /** Says what to do about a shard that does not fit. */
    private BuildMemory.TooLarge memory(int shard, RowSpill spill) {
      return available -> {
        int enough =
            settings
                .options()
                .shards((long) spill.rows() * settings.shards(), new ShardOptions.Bytes(available));
        return "shard "
            + (shard + 1)
            + " of "
            + settings.shards()
            + " has "
            + spill.rows()
            + " vectors, which need "
            + BuildMemory.mib(settings.options().memory(spill.rows()))
            + " of memory; the worker "
            + ThisProcess.name()
            + " has "
            + BuildMemory.mib(available)
            + " for them: more memory (HUBBEAM_HEAP where it is this machine), or --shards="
            + Math.max(settings.shards() + 1, enough);
      };
    }

    private BuiltShard copy(Path folder, IndexDescription.Shard shard, long repeated)
        throws IOException {
      String prefix = UUID.randomUUID() + "-";
      for (IndexDescription.File file : shard.files().values()) {
        ResourceId target =
            FileSystems.matchNewResource(run.parts(PARTS) + "/" + prefix + file.name(), false);
        try (OutputStream out =
            Channels.newOutputStream(FileSystems.create(target, MimeTypes.BINARY))) {
          Files.copy(folder.resolve(file.name()), out);
        } catch (IOException e) {
          throw new IOException(target + " cannot be written: " + e.getMessage(), e);
        }
      }
      return BuiltShard.of(prefix, shard, repeated);
    }
  }

  /** Ends the job: all files get their names, which are given. May be tried again. */
  static final class FinishFn extends DoFn<KV<Integer, Iterable<BuiltShard>>, String> {
    private static final long serialVersionUID = 1;
    private final IndexSink.Settings settings;
    private final RunFolder run;

    FinishFn(IndexSink.Settings settings, RunFolder run) {
      this.settings = settings;
      this.run = run;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<BuiltShard>> built, OutputReceiver<String> names)
        throws IOException {
      List<BuiltShard> shards = new ArrayList<>();
      built.getValue().forEach(shards::add);
      shards.removeIf(BuiltShard.NONE::equals);
      shards.sort(Comparator.comparing(s -> s.files().values().iterator().next().name()));
      Map<String, Long> there = new HashMap<>();
      for (MatchResult.Metadata file : FilesBelow.directly(run.parts(PARTS), name -> true)) {
        there.put(String.valueOf(file.resourceId().getFilename()), file.sizeBytes());
      }
      List<ResourceId> from = new ArrayList<>();
      List<ResourceId> to = new ArrayList<>();
      for (BuiltShard shard : shards) {
        for (BuiltShard.BuiltFile file : shard.files().values()) {
          ResourceId target =
              FileSystems.matchNewResource(settings.folder() + "/" + file.name(), false);
          Long size = there.get(shard.prefix() + file.name());
          if (size != null && size == file.size()) {
            from.add(
                FileSystems.matchNewResource(
                    run.parts(PARTS) + "/" + shard.prefix() + file.name(), false));
            to.add(target);
          } else if (size != null || size(target) != file.size()) {
            throw new IllegalStateException(missing(shard, file, size));
          }
          names.output(target.toString());
        }
      }
      FileSystems.rename(from, to);
      new WrittenShards(
              shards.stream().map(BuiltShard::shard).toList(),
              shards.stream().mapToLong(BuiltShard::repeated).sum())
          .write(run);
    }

    private static long size(ResourceId file) {
      return FileGlob.match(file.toString()).stream()
          .mapToLong(MatchResult.Metadata::sizeBytes)
          .findFirst()
          .orElse(-1);
    }

    private String missing(BuiltShard shard, BuiltShard.BuiltFile file, @Nullable Long size) {
      return run.parts(PARTS)
          + "/"
          + shard.prefix()
          + file.name()
          + ", written by "
          + shard.builder()
          + ", "
          + (size == null ? "is missing" : "has " + size + " bytes instead of " + file.size())
          + " on "
          + ThisProcess.name()
          + ": "
          + RunFolder.NOT_SHARED;
    }
  }
}
