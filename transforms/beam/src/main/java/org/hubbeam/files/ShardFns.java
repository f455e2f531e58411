// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.hubbeam.batch.Batch;
import org.jspecify.annotations.Nullable;

/** The steps of a {@link BatchSink}. */
final class ShardFns {

  private ShardFns() {}

  /** Writes files that are called until the end as no others are. */
  private abstract static class WriteFn<T> extends DoFn<T, KV<Integer, WrittenPart>> {
    private static final long serialVersionUID = 1;
    private final ShardFiles files;
    private transient boolean shared;

    WriteFn(ShardFiles files) {
      this.files = files;
    }

    final PartWriter begin() throws IOException {
      if (!shared) {
        files.checkShared();
        shared = true;
      }
      return new PartWriter(files, UUID.randomUUID().toString());
    }
  }

  /** Writes a file for each bundle. */
  static final class WriteBundleFn extends WriteFn<Batch> {
    private static final long serialVersionUID = 1;
    private transient @Nullable PartWriter part;

    WriteBundleFn(ShardFiles files) {
      super(files);
    }

    @ProcessElement
    public void process(@Element Batch batch) throws IOException {
      if (part == null) {
        part = begin();
      }
      part.write(batch);
    }

    @FinishBundle
    public void finish(FinishBundleContext context) throws IOException {
      if (part != null) {
        context.output(
            KV.of(0, part.end()), GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
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

  /** Writes a file for each group. */
  static final class WriteGroupFn extends WriteFn<KV<Integer, Iterable<Batch>>> {
    private static final long serialVersionUID = 1;

    WriteGroupFn(ShardFiles files) {
      super(files);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Batch>> group, OutputReceiver<KV<Integer, WrittenPart>> out)
        throws IOException {
      try (PartWriter part = begin()) {
        for (Batch batch : group.getValue()) {
          part.write(batch);
        }
        out.output(KV.of(0, part.end()));
      }
    }
  }

  /** Ends the job: all files get their names, which are given. */
  static final class FinishFn extends DoFn<KV<Integer, Iterable<WrittenPart>>, String> {
    private static final long serialVersionUID = 1;
    private final ShardFiles files;

    FinishFn(ShardFiles files) {
      this.files = files;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<WrittenPart>> written, OutputReceiver<String> names)
        throws IOException {
      files.finish(written.getValue()).forEach(names::output);
    }
  }
}
