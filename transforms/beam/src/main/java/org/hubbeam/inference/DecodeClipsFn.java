package org.hubbeam.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.media.Clip;
import org.hubbeam.media.ClipReader;
import org.hubbeam.media.ClipSpec;
import org.hubbeam.media.MediaException;

/** Decodes the clips of batches. */
final class DecodeClipsFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final MediaSettings<ClipSpec> settings;

  DecodeClipsFn(MediaSettings<ClipSpec> settings) {
    this.settings = settings;
  }

  /** Decodes the clips of one batch. */
  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver receivers) {
    Windows windows = new Windows(settings, batch, receivers.get(BATCHES));
    for (int row = 0; row < batch.rows(); row++) {
      int current = row;
      try {
        settings
            .input()
            .use(
                batch,
                row,
                new MediaColumn.Use<Void>() {
                  @Override
                  public Void file(Path file) throws IOException, MediaException {
                    return windows.addAll(current, ClipReader.open(file, settings.spec()));
                  }

                  @Override
                  public Void bytes(byte[] bytes) throws IOException, MediaException {
                    return windows.addAll(current, ClipReader.open(bytes, settings.spec()));
                  }
                });
      } catch (MediaException e) {
        receivers.get(FAILURES).output(settings.input().failure(settings.id(), batch, row, e));
      }
    }
    windows.flush();
  }

  /** Windows of one batch's clips, until they are enough. */
  private static final class Windows {
    private final MediaSettings<ClipSpec> settings;
    private final Batch staying;
    private final OutputReceiver<Batch> out;
    private final List<Clip> clips = new ArrayList<>();
    private final List<Integer> rows = new ArrayList<>();
    private long bytes;

    Windows(MediaSettings<ClipSpec> settings, Batch batch, OutputReceiver<Batch> out) {
      this.settings = settings;
      this.staying = settings.input().staying(batch);
      this.out = out;
    }

    Void addAll(int row, ClipReader reader) throws IOException, MediaException {
      try (reader) {
        for (Clip clip = reader.next(); clip != null; clip = reader.next()) {
          add(row, clip);
        }
      }
      return null;
    }

    private void add(int row, Clip clip) {
      long more = clip.frames().values().byteSize();
      Limits limits = settings.limits();
      boolean takes =
          clips.isEmpty()
              || clips.get(0).frames().dims().equals(clip.frames().dims())
                  && clips.size() < limits.rows()
                  && bytes + more <= Math.min(limits.bytes(), Integer.MAX_VALUE - 16);
      if (!takes) {
        flush();
      }
      clips.add(clip);
      rows.add(row);
      bytes += more;
      if (bytes >= limits.bytes()) {
        flush();
      }
    }

    void flush() {
      if (clips.isEmpty()) {
        return;
      }
      out.output(
          staying
              .select(rows.stream().mapToInt(Integer::intValue).toArray())
              .with(DecodeClips.START, times(Clip::startSeconds))
              .with(DecodeClips.END, times(Clip::endSeconds))
              .with(settings.column(), frames()));
      clips.clear();
      rows.clear();
      bytes = 0;
    }

    private Array.Dense times(java.util.function.ToDoubleFunction<Clip> time) {
      float[] seconds = new float[clips.size()];
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] = (float) time.applyAsDouble(clips.get(i));
      }
      return Array.Dense.vector(Values.of(seconds));
    }

    private Array.Dense frames() {
      byte[] block = new byte[Math.toIntExact(bytes)];
      int at = 0;
      for (Clip clip : clips) {
        byte[] values = ((Values.Numbers) clip.frames().values()).bytes();
        System.arraycopy(values, 0, block, at, values.length);
        at += values.length;
      }
      Array.Dense first = clips.get(0).frames();
      List<Long> dims = new ArrayList<>(first.dims());
      dims.add(0, (long) clips.size());
      return new Array.Dense(dims, new Values.Numbers(first.dtype(), block));
    }
  }
}
