// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.tfrecord.Compression;

/**
 * Writes batches to TFRecord files of {@code tf.Example}: {@code PREFIX-00000-of-0000N.tfrecord}.
 * Files are written under temporary names and renamed when all are complete, so a killed job leaves
 * nothing that looks complete, and a retried bundle leaves no duplicates. If a file is missing
 * then, or has another size than its writer saw, the job fails and names it with the worker that
 * wrote it: all workers must share the folder.
 *
 * <p>There are as many files as asked for: one that got no batch is a TFRecord file without
 * records, as is the one of an input without batches. The result is the names of the files, when
 * they are there.
 */
public final class BatchSink extends PTransform<PCollection<Batch>, PCollection<String>> {
  private static final long serialVersionUID = 1;

  private static final KvCoder<Integer, WrittenPart> PARTS =
      KvCoder.of(VarIntCoder.of(), SerializableCoder.of(WrittenPart.class));

  private final Settings settings;

  /**
   * How files are written.
   *
   * @param packed the columns that are packed
   */
  record Settings(
      String prefix,
      int shards,
      Compression compression,
      ExampleCodec.Doubles doubles,
      List<String> packed)
      implements Serializable {}

  private BatchSink(Settings settings) {
    this.settings = settings;
  }

  /**
   * Writes files with this prefix.
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
    return new BatchSink(
        new Settings(prefix, 0, Compression.NONE, ExampleCodec.Doubles.REFUSE, List.of()));
  }

  /** Sets the number of files; 0 leaves it to the engine, which then needs no shuffle. */
  public BatchSink withShards(int shards) {
    if (shards < 0) {
      throw new IllegalArgumentException("the number of shards cannot be " + shards);
    }
    return new BatchSink(
        new Settings(
            settings.prefix, shards, settings.compression, settings.doubles, settings.packed));
  }

  /** Compresses the files. */
  public BatchSink withCompression(Compression value) {
    return new BatchSink(
        new Settings(settings.prefix, settings.shards, value, settings.doubles, settings.packed));
  }

  /** Sets what happens to float64 columns. */
  public BatchSink withDoubles(ExampleCodec.Doubles value) {
    return new BatchSink(
        new Settings(
            settings.prefix, settings.shards, settings.compression, value, settings.packed));
  }

  /**
   * Writes these columns as {@link org.hubbeam.batch.PackedValues}. Give them to {@link
   * SchemaFile#withPacked}, too.
   */
  public BatchSink withPacked(List<String> columns) {
    return new BatchSink(
        new Settings(
            settings.prefix,
            settings.shards,
            settings.compression,
            settings.doubles,
            List.copyOf(columns)));
  }

  /** The files of an earlier output with this prefix. */
  public static List<String> existing(String prefix) {
    return matches(prefix).stream().map(file -> file.resourceId().toString()).toList();
  }

  /** Removes an earlier output with this prefix. */
  public static void deleteExisting(String prefix) {
    try {
      FileSystems.delete(matches(prefix).stream().map(MatchResult.Metadata::resourceId).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<MatchResult.Metadata> matches(String prefix) {
    String name = FileSystems.matchNewResource(prefix, false).getFilename();
    Predicate<String> files =
        Pattern.compile(Pattern.quote(name) + "-\\d{5}-of-\\d{5}\\.tfrecord").asMatchPredicate();
    if (!RunFolder.isLocal(prefix)) {
      return FileGlob.match(prefix + "-*-of-*.tfrecord").stream()
          .filter(f -> files.test(String.valueOf(f.resourceId().getFilename())))
          .toList();
    }
    int slash = prefix.lastIndexOf('/');
    try {
      return FilesBelow.directly(
              slash < 1 ? prefix.substring(0, slash + 1) : prefix.substring(0, slash), files)
          .stream()
          .sorted(Comparator.comparing(f -> f.resourceId().toString()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public PCollection<String> expand(PCollection<Batch> batches) {
    if (batches.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          "the input of "
              + settings.prefix
              + "-* is unbounded: the set of files would never be whole; expected a bounded one");
    }
    ShardFiles files =
        ShardFiles.of(
            settings, batches.getPipeline().getOptions().as(RunOptions.class).getRunFolder());
    PCollection<Batch> global =
        batches.getWindowingStrategy().getWindowFn() instanceof GlobalWindows
            ? batches
            : batches.apply("Global", Window.into(new GlobalWindows()));
    return PCollectionList.of(written(global, files).setCoder(PARTS))
        .and(
            batches
                .getPipeline()
                .apply(
                    "None " + settings.prefix,
                    Create.of(KV.of(0, WrittenPart.NONE)).withCoder(PARTS)))
        .apply("All", Flatten.pCollections())
        .apply("Together", GroupByKey.create())
        .apply("Name", ParDo.of(new ShardFns.FinishFn(files)));
  }

  private PCollection<KV<Integer, WrittenPart>> written(
      PCollection<Batch> batches, ShardFiles files) {
    if (settings.shards == 0) {
      return batches.apply("Write", ParDo.of(new ShardFns.WriteBundleFn(files)));
    }
    return batches
        .apply("Spread", ParDo.of(new ShardFns.SpreadFn(settings.shards)))
        .setCoder(KvCoder.of(VarIntCoder.of(), BatchCoder.of()))
        .apply("Shards", GroupByKey.create())
        .apply("Write", ParDo.of(new ShardFns.WriteGroupFn(files)));
  }
}
