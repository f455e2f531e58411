// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.Packing;

/** The steps of a {@link BatchSource}. */
final class ReadFiles {

  private ReadFiles() {}

  static PushbackInputStream open(String file) throws IOException {
    return new PushbackInputStream(
        Channels.newInputStream(
            FileSystems.open(FileSystems.matchSingleFileSpec(file).resourceId())),
        Packing.HEAD);
  }

  /** How many parts there are to be shared, as far as {@code enough}. */
  static int parts(BatchSource.Settings settings, List<MatchResult.Metadata> files, int enough)
      throws IOException {
    if (settings.format().sharing() == Format.Sharing.GROUPS) {
      long together = settings.parts().filesOf(files.size(), settings.limits().rows());
      return (int) Math.min(enough, (files.size() + together - 1) / together);
    }
    long bytes = partBytes(settings, files);
    int parts = 0;
    for (int i = 0; i < files.size() && parts < enough; i++) {
      MatchResult.Metadata file = files.get(i);
      FileRange whole = whole(file);
      try (PushbackInputStream in = open(whole)) {
        parts += splits(settings.format(), file, in) ? whole.split(bytes).size() : 1;
      } catch (BadFileException e) {
        parts++;
      }
    }
    return Math.min(enough, parts);
  }

  private static long partBytes(BatchSource.Settings settings, List<MatchResult.Metadata> files) {
    return settings
        .parts()
        .bytesOf(files.stream().mapToLong(MatchResult.Metadata::sizeBytes).sum());
  }

  private static FileRange whole(MatchResult.Metadata file) {
    return FileRange.whole(FileVersion.of(file));
  }

  private static PushbackInputStream open(FileRange whole) throws IOException {
    return new PushbackInputStream(Channels.newInputStream(whole.open()), Packing.HEAD);
  }

  private static boolean splits(Format format, MatchResult.Metadata file, PushbackInputStream in)
      throws IOException {
    return format.sharing() == Format.Sharing.PARTS
        && file.isReadSeekEfficient()
        && format.splits(Packing.head(in, Packing.HEAD));
  }

  /** Files, cut into the parts or put into the groups that workers read. */
  static final class MatchFn extends DoFn<String, FileGroup> {
    private static final long serialVersionUID = 1;
    private final BatchSource.Settings settings;

    MatchFn(BatchSource.Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element String glob, OutputReceiver<FileGroup> out) throws IOException {
      List<MatchResult.Metadata> files = FileGlob.existing(glob);
      if (settings.format().sharing() == Format.Sharing.GROUPS) {
        groups(glob, files, out);
        return;
      }
      long bytes = partBytes(settings, files);
      for (int i = 0; i < files.size(); i++) {
        for (FileRange part : parts(files.get(i), bytes)) {
          out.output(new FileGroup(glob, i, List.of(part)));
        }
      }
    }

    private List<FileRange> parts(MatchResult.Metadata file, long bytes) throws IOException {
      Format format = settings.format();
      FileRange whole = whole(file);
      try (PushbackInputStream in = open(whole)) {
        return splits(format, file, in)
            ? format.cut(whole, bytes, settings.limits().record(), in)
            : List.of(whole);
      } catch (BadFileException e) {
        // Whoever reads it reports it.
        return List.of(whole);
      }
    }

    private void groups(
        String glob, List<MatchResult.Metadata> files, OutputReceiver<FileGroup> out) {
      ReadLimits limits = settings.limits();
      long together = settings.parts().filesOf(files.size(), limits.rows());
      List<FileRange> group = new ArrayList<>();
      long bytes = 0;
      for (int i = 0; i < files.size(); i++) {
        MatchResult.Metadata file = files.get(i);
        bytes += file.sizeBytes();
        if (!group.isEmpty() && (bytes > limits.bytes() || group.size() == together)) {
          out.output(new FileGroup(glob, i - group.size(), group));
          group.clear();
          bytes = file.sizeBytes();
        }
        group.add(whole(file));
      }
      out.output(new FileGroup(glob, files.size() - group.size(), group));
    }
  }

  /** Reads parts or groups of files. */
  static final class ReadFn extends DoFn<FileGroup, Batch> {
    private static final long serialVersionUID = 1;
    private final BatchSource.Settings settings;

    ReadFn(BatchSource.Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element FileGroup group, MultiOutputReceiver out) throws IOException {
      OutputReceiver<Batch> batches = out.get(BatchSource.BATCHES);
      OutputReceiver<Failure> failures = out.get(BatchSource.FAILURES);
      Receiver receiver =
          new Receiver() {
            @Override
            public void batch(Batch batch) {
              batches.output(batch);
            }

            @Override
            public void failure(Failure failure) {
              failures.output(failure);
            }
          };
      try {
        settings.format().read(group, settings.limits(), receiver);
      } catch (BadFileException e) {
        if (settings.limits().corruption() == Corruption.FAIL) {
          throw e;
        }
        out.get(BatchSource.BAD_FILES)
            .output(
                KV.of(
                    e.file(),
                    Failure.reading(
                        e.file(), "", e.reason() + "; what was not read of it is lost")));
      }
    }
  }

  /** One failure for a file, of which several parts may have found that it is bad. */
  static final class FirstFn extends DoFn<KV<String, Iterable<Failure>>, Failure> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<Failure>> file, OutputReceiver<Failure> failures) {
      failures.output(file.getValue().iterator().next());
    }
  }
}
