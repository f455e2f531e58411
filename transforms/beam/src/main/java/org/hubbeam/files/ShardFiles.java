// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.MimeTypes;
import org.apache.beam.sdk.values.KV;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleEncoder;
import org.hubbeam.batch.PackedValues;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a {@link BatchSink}: each is written into a folder of the job's own first; when all
 * are whole, they get their names and the folder goes, with what was left of parts tried again.
 *
 * @param folder the name of that folder, beside the files
 */
record ShardFiles(BatchSink.Settings settings, String folder) implements Serializable {

  private static final Logger LOG = LoggerFactory.getLogger(ShardFiles.class);

  /** No file: with it there is something to finish also where nothing was written. */
  static final String NONE = "";

  static ShardFiles of(BatchSink.Settings settings) {
    ShardFiles files = new ShardFiles(settings, ".temp-hubbeam-" + UUID.randomUUID());
    UnfinishedFiles.begin(files.temporary().toString());
    return files;
  }

  private ResourceId written(String name) {
    return temporary().resolve(name, StandardResolveOptions.RESOLVE_FILE);
  }

  private ResourceId temporary() {
    return target().resolve(folder, StandardResolveOptions.RESOLVE_DIRECTORY);
  }

  private ResourceId target() {
    return FileSystems.matchNewResource(settings.prefix(), false).getCurrentDirectory();
  }

  private ResourceId named(int shard, int shards) {
    String name = FileSystems.matchNewResource(settings.prefix(), false).getFilename();
    return target()
        .resolve(
            String.format("%s-%05d-of-%05d.tfrecord", name, shard, shards),
            StandardResolveOptions.RESOLVE_FILE);
  }

  /**
   * Names what was written, and empty files where fewer were asked for.
   *
   * @return the names, in their order
   */
  private List<String> finish(Iterable<String> written) throws IOException {
    List<String> parts = new ArrayList<>();
    written.forEach(parts::add);
    parts.removeIf(NONE::equals);
    parts.sort(null);
    while (parts.size() < Math.max(1, settings.shards())) {
      try (Part empty = new Part(this)) {
        parts.add(empty.name);
      }
    }
    List<ResourceId> from = new ArrayList<>();
    List<ResourceId> to = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      from.add(written(parts.get(i)));
      to.add(named(i, parts.size()));
    }
    FileSystems.rename(from, to, StandardMoveOptions.IGNORE_MISSING_FILES);
    clean();
    return to.stream().map(ResourceId::toString).toList();
  }

  private void clean() throws IOException {
    ResourceId own = temporary();
    List<ResourceId> left = new ArrayList<>();
    FileGlob.match(own + "*").forEach(file -> left.add(file.resourceId()));
    FileSystems.delete(left, StandardMoveOptions.IGNORE_MISSING_FILES);
    try {
      FileSystems.delete(List.of(own), StandardMoveOptions.IGNORE_MISSING_FILES);
      UnfinishedFiles.finish(own.toString());
    } catch (IOException e) {
      LOG.warn("the temporary folder {} stays behind: {}", own, e.toString());
    }
  }

  /** A file that is being written. */
  private static final class Part implements Closeable {
    private final ShardFiles files;
    private final String name = UUID.randomUUID().toString();
    private final TFRecordWriter writer;

    Part(ShardFiles files) throws IOException {
      this.files = files;
      OutputStream out =
          Channels.newOutputStream(FileSystems.create(files.written(name), MimeTypes.BINARY));
      writer = new TFRecordWriter(out, files.settings.compression());
    }

    void write(Batch batch) throws IOException {
      Batch packed = PackedValues.pack(batch, files.settings.packed());
      ExampleEncoder rows = new ExampleEncoder(packed, files.settings.doubles());
      try {
        writer.write(rows, 0, batch.rows());
      } catch (IOException e) {
        throw named(e);
      }
    }

    /** What goes wrong, with the name of the file, which the errors of a full disk lack. */
    private IOException named(IOException e) {
      return new IOException(files.written(name) + " cannot be written: " + e.getMessage(), e);
    }

    @Override
    public void close() throws IOException {
      try {
        writer.close();
      } catch (IOException e) {
        throw named(e);
      }
    }
  }

  /** Writes a file for each bundle, and gives its name. */
  static final class WriteBundleFn extends DoFn<Batch, KV<Integer, String>> {
    private static final long serialVersionUID = 1;
    private final ShardFiles files;
    private transient @Nullable Part part;

    WriteBundleFn(ShardFiles files) {
      this.files = files;
    }

    @ProcessElement
    public void process(@Element Batch batch) throws IOException {
      if (part == null) {
        part = new Part(files);
      }
      part.write(batch);
    }

    @FinishBundle
    public void finish(FinishBundleContext context) throws IOException {
      if (part != null) {
        part.close();
        context.output(
            KV.of(0, part.name), GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
        part = null;
      }
    }

    /** Closes the file of a bundle that failed. */
    @Teardown
    public void teardown() throws IOException {
      if (part != null) {
        part.close();
      }
    }
  }

  /** Spreads batches evenly over a number of files. */
  static final class SpreadFn extends DoFn<Batch, KV<Integer, Batch>> {
    private static final long serialVersionUID = 1;
    private final int shards;
    private transient int next;

    SpreadFn(int shards) {
      this.shards = shards;
    }

    @Setup
    public void setup() {
      next = ThreadLocalRandom.current().nextInt(shards);
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<KV<Integer, Batch>> out) {
      next = (next + 1) % shards;
      out.output(KV.of(next, batch));
    }
  }

  /** Writes a file for each group, and gives its name. */
  static final class WriteGroupFn extends DoFn<KV<Integer, Iterable<Batch>>, KV<Integer, String>> {
    private static final long serialVersionUID = 1;
    private final ShardFiles files;

    WriteGroupFn(ShardFiles files) {
      this.files = files;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Batch>> group, OutputReceiver<KV<Integer, String>> out)
        throws IOException {
      try (Part part = new Part(files)) {
        for (Batch batch : group.getValue()) {
          part.write(batch);
        }
        out.output(KV.of(0, part.name));
      }
    }
  }

  /** Ends the job: all files get their names, which are given. */
  static final class FinishFn extends DoFn<KV<Integer, Iterable<String>>, String> {
    private static final long serialVersionUID = 1;
    private final ShardFiles files;

    FinishFn(ShardFiles files) {
      this.files = files;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<String>> written, OutputReceiver<String> names)
        throws IOException {
      files.finish(written.getValue()).forEach(names::output);
    }
  }
}
