package org.hubbeam.tfrecord;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.WriteFilesResult;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.ExampleEncoder;

/**
 * Batches into TFRecord files of {@code tf.Example}: {@code PREFIX-00000-of-0000N.tfrecord}. Files
 * are written under other names and get theirs when they are whole, so that a job that was killed
 * leaves nothing that looks complete, and a part that is tried again nothing twice. Windows are not
 * kept apart; a collection without an end cannot be written.
 *
 * <p>The result is the names of the files, when they are there.
 */
public final class BatchSink extends PTransform<PCollection<Batch>, PCollection<String>> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  private record Settings(
      String prefix, int shards, Compression compression, ExampleCodec.Doubles doubles)
      implements Serializable {}

  private BatchSink(Settings settings) {
    this.settings = settings;
  }

  /**
   * Files whose names begin so.
   *
   * @param prefix a folder and the start of a name: {@code /data/vectors}
   * @throws IllegalArgumentException when there is such a set already; {@link #deleteExisting} it
   *     first to write it again
   */
  public static BatchSink tfrecord(String prefix) {
    List<String> existing = existing(prefix);
    if (!existing.isEmpty()) {
      throw new IllegalArgumentException(
          "there is an output already: "
              + existing.get(0)
              + " and "
              + (existing.size() - 1)
              + " files more");
    }
    return new BatchSink(new Settings(prefix, 0, Compression.NONE, ExampleCodec.Doubles.REFUSE));
  }

  /** With so many files; 0 leaves it to the engine, which then needs no shuffle. */
  public BatchSink withShards(int shards) {
    if (shards < 0) {
      throw new IllegalArgumentException("the number of shards cannot be " + shards);
    }
    return new BatchSink(
        new Settings(settings.prefix, shards, settings.compression, settings.doubles));
  }

  /** With packed files. */
  public BatchSink withCompression(Compression value) {
    return new BatchSink(new Settings(settings.prefix, settings.shards, value, settings.doubles));
  }

  /** With float64 columns dealt with so. */
  public BatchSink withDoubles(ExampleCodec.Doubles value) {
    return new BatchSink(
        new Settings(settings.prefix, settings.shards, settings.compression, value));
  }

  /** The files of an earlier output with this prefix. */
  public static List<String> existing(String prefix) {
    return matches(prefix).stream().map(ResourceId::toString).toList();
  }

  /** Removes an earlier output with this prefix. */
  public static void deleteExisting(String prefix) {
    try {
      FileSystems.delete(matches(prefix));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ResourceId> matches(String prefix) {
    String name = FileSystems.matchNewResource(prefix, false).getFilename();
    Pattern files = Pattern.compile(Pattern.quote(name) + "-\\d{5}-of-\\d{5}\\.tfrecord");
    return FileGlob.match(prefix + "-*-of-*.tfrecord").stream()
        .map(MatchResult.Metadata::resourceId)
        .filter(f -> files.matcher(f.getFilename()).matches())
        .toList();
  }

  // Written window by window, files are named for each bundle of finished files on its own: where
  // an
  // engine makes two bundles of them, as Flink does, names meet and files are lost.
  @SuppressWarnings("deprecation")
  @Override
  public PCollection<String> expand(PCollection<Batch> batches) {
    ResourceId target = FileSystems.matchNewResource(settings.prefix, false);
    String name = target.getFilename();
    FileIO.Write<Void, Batch> write =
        FileIO.<Batch>write()
            .via(new Sink(settings))
            .to(target.getCurrentDirectory().toString())
            .withNaming(
                (window, pane, shards, shard, compression) ->
                    String.format("%s-%05d-of-%05d.tfrecord", name, shard, shards))
            .withIgnoreWindowing();
    write = settings.shards == 0 ? write.withNoSpilling() : write.withNumShards(settings.shards);
    WriteFilesResult<Void> written = batches.apply("Write", write);
    return written.getPerDestinationOutputFilenames().apply("Names", Values.create());
  }

  /** Writes the batches of one file. */
  private static final class Sink implements FileIO.Sink<Batch> {
    private static final long serialVersionUID = 1;
    private final Settings settings;
    private transient TFRecordWriter writer;

    Sink(Settings settings) {
      this.settings = settings;
    }

    @Override
    public void open(WritableByteChannel channel) throws IOException {
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
      writer = new TFRecordWriter(out, settings.compression);
    }

    @Override
    public void write(Batch batch) throws IOException {
      writer.write(new ExampleEncoder(batch, settings.doubles), 0, batch.rows());
    }

    @Override
    public void flush() throws IOException {
      writer.close();
    }
  }
}
