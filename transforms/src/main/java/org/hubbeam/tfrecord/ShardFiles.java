package org.hubbeam.tfrecord;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.io.DynamicFileDestinations;
import org.apache.beam.sdk.io.FileBasedSink;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.options.ValueProvider.StaticValueProvider;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleEncoder;
import org.hubbeam.batch.PackedValues;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a {@link BatchSink}, as Beam writes files: to a folder of their own first, which is
 * removed when all have their names; shards that got nothing are written empty.
 */
final class ShardFiles extends FileBasedSink<Batch, Void, Batch> {
  private static final long serialVersionUID = 1;

  private static final Logger LOG = LoggerFactory.getLogger(ShardFiles.class);

  private final BatchSink.Settings settings;

  ShardFiles(BatchSink.Settings settings) {
    super(
        StaticValueProvider.of(folder(settings.prefix())),
        DynamicFileDestinations.constant(new Names(settings.prefix())));
    this.settings = settings;
  }

  private static ResourceId folder(String prefix) {
    return FileSystems.matchNewResource(prefix, false).getCurrentDirectory();
  }

  @Override
  public WriteOperation<Void, Batch> createWriteOperation() {
    return new Operation(this);
  }

  private static final class Operation extends WriteOperation<Void, Batch> {
    private static final long serialVersionUID = 1;
    private final ShardFiles files;

    Operation(ShardFiles files) {
      super(files);
      this.files = files;
    }

    @Override
    public Writer<Void, Batch> createWriter() {
      return new BatchWriter(this, files);
    }

    /** Beam's own way warns where nothing is left to be removed, which is the usual case. */
    @Override
    public void removeTemporaryFiles(Collection<ResourceId> written) throws IOException {
      ResourceId folder = getTempDirectory();
      Set<ResourceId> all = new LinkedHashSet<>(written);
      FileGlob.match(folder + "*").forEach(file -> all.add(file.resourceId()));
      FileSystems.delete(all, StandardMoveOptions.IGNORE_MISSING_FILES);
      try {
        FileSystems.delete(List.of(folder), StandardMoveOptions.IGNORE_MISSING_FILES);
      } catch (IOException e) {
        LOG.warn("the temporary folder {} stays behind: {}", folder, e.toString());
      }
    }
  }

  /** Writes the batches of one file. */
  private static final class BatchWriter extends Writer<Void, Batch> {
    private final ShardFiles files;
    private TFRecordWriter writer;

    BatchWriter(Operation operation, ShardFiles files) {
      super(operation, MimeTypes.BINARY);
      this.files = files;
    }

    @Override
    protected void prepareWrite(WritableByteChannel channel) throws IOException {
      // Beam closes the channel itself, after the packed data was ended here.
      OutputStream out =
          new FilterOutputStream(Channels.newOutputStream(channel)) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
              out.write(bytes, from, length);
            }

            @Override
            public void close() {}
          };
      writer = new TFRecordWriter(out, files.settings.compression());
    }

    @Override
    public void write(Batch batch) throws IOException {
      Batch packed = PackedValues.pack(batch, files.settings.packed());
      writer.write(new ExampleEncoder(packed, files.settings.doubles()), 0, batch.rows());
    }

    @Override
    protected void finishWrite() throws IOException {
      writer.close();
    }
  }

  /** {@code PREFIX-00000-of-0000N.tfrecord}. */
  private static final class Names extends FilenamePolicy {
    private static final long serialVersionUID = 1;
    private final String prefix;

    Names(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public ResourceId unwindowedFilename(int shard, int shards, OutputFileHints hints) {
      String name = FileSystems.matchNewResource(prefix, false).getFilename();
      return folder(prefix)
          .resolve(
              String.format("%s-%05d-of-%05d.tfrecord", name, shard, shards),
              StandardResolveOptions.RESOLVE_FILE);
    }

    @Override
    public ResourceId windowedFilename(
        int shard, int shards, BoundedWindow window, PaneInfo pane, OutputFileHints hints) {
      throw new IllegalStateException("files are not written by windows");
    }
  }
}
