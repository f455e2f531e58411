package org.hubbeam.tfrecord;

import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.transforms.DoFn;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;

/** The steps of a {@link BatchSource}. */
final class ReadFiles {

  /** How many bytes tell how a file is packed. */
  static final int HEAD = 16;

  private ReadFiles() {}

  static PushbackInputStream open(String file) throws IOException {
    return new PushbackInputStream(
        Channels.newInputStream(
            FileSystems.open(FileSystems.matchSingleFileSpec(file).resourceId())),
        HEAD);
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
      List<MatchResult.Metadata> files = BatchSource.matching(glob);
      if (settings.format().sharing() == Format.Sharing.GROUPS) {
        groups(glob, files, out);
        return;
      }
      for (int i = 0; i < files.size(); i++) {
        for (FileRange part : parts(files.get(i))) {
          out.output(new FileGroup(glob, i, List.of(part)));
        }
      }
    }

    private List<FileRange> parts(MatchResult.Metadata file) throws IOException {
      String name = file.resourceId().toString();
      Format format = settings.format();
      try (PushbackInputStream in = open(name)) {
        Compression compression = format.compression(Compression.head(in, HEAD));
        FileRange whole = FileRange.whole(name, file.sizeBytes(), compression);
        boolean splits =
            format.sharing() == Format.Sharing.PARTS
                && compression == Compression.NONE
                && file.isReadSeekEfficient();
        return splits
            ? format.cut(whole, settings.part(), settings.limits().record(), in)
            : List.of(whole);
      }
    }

    private void groups(
        String glob, List<MatchResult.Metadata> files, OutputReceiver<FileGroup> out) {
      Limits limits = settings.limits();
      List<FileRange> group = new ArrayList<>();
      long bytes = 0;
      for (int i = 0; i < files.size(); i++) {
        MatchResult.Metadata file = files.get(i);
        bytes += file.sizeBytes();
        if (!group.isEmpty() && (bytes > limits.bytes() || group.size() == limits.rows())) {
          out.output(new FileGroup(glob, i - group.size(), group));
          group.clear();
          bytes = file.sizeBytes();
        }
        group.add(
            FileRange.whole(file.resourceId().toString(), file.sizeBytes(), Compression.NONE));
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
      settings
          .format()
          .read(
              group,
              settings.limits(),
              new Receiver() {
                @Override
                public void batch(Batch batch) {
                  batches.output(batch);
                }

                @Override
                public void failure(Failure failure) {
                  failures.output(failure);
                }
              });
    }
  }
}
