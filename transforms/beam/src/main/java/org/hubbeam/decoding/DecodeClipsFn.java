// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.files.StandardColumns;
import org.hubbeam.inference.Limits;
import org.hubbeam.media.Clip;
import org.hubbeam.media.ClipReader;
import org.hubbeam.media.ClipSpec;
import org.hubbeam.media.MediaException;

/** Decodes the clips of batches. */
final class DecodeClipsFn extends MediaFn {
  private static final long serialVersionUID = 1;

  private final MediaSettings<ClipSpec> settings;

  DecodeClipsFn(MediaSettings<ClipSpec> settings) {
    this.settings = settings;
  }

  /** Decodes the clips of one batch. */
  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver receivers) {
    Windows windows =
        new Windows(
            settings.column(),
            settings.limits(),
            settings.input().staying(batch),
            receivers.get(BATCHES));
    ClipSpec spec = settings.spec();
    for (int row = 0; row < batch.rows(); row++) {
      int current = row;
      try {
        settings
            .input()
            .decode(
                batch,
                row,
                file -> windows.addAll(current, ClipReader.open(file, spec)),
                bytes -> windows.addAll(current, ClipReader.open(bytes, spec)));
      } catch (MediaException e) {
        receivers.get(FAILURES).output(settings.input().failure(settings.id(), batch, row, e));
      }
    }
    windows.flush();
  }

  private static final class Windows extends MediaRows<Clip> {
    private final String column;

    Windows(String column, Limits limits, Batch staying, OutputReceiver<Batch> out) {
      super(limits, staying, out);
      this.column = column;
    }

    void addAll(int row, ClipReader reader) throws IOException, MediaException {
      try (reader) {
        for (Clip clip = reader.next(); clip != null; clip = reader.next()) {
          add(row, clip);
        }
      }
    }

    @Override
    long byteSize(Clip clip) {
      return clip.frames().values().byteSize();
    }

    @Override
    boolean fit(Clip first, Clip other) {
      return first.frames().dims().equals(other.frames().dims());
    }

    @Override
    Batch withColumns(Batch batch, List<Clip> clips) {
      return batch
          .with(StandardColumns.START_SECONDS, seconds(clips, Clip::startSeconds))
          .with(StandardColumns.END_SECONDS, seconds(clips, Clip::endSeconds))
          .with(column, frames(clips));
    }

    private static Array.Dense frames(List<Clip> clips) {
      Array.Dense first = clips.get(0).frames();
      int size = Math.toIntExact(first.values().byteSize());
      byte[] block = new byte[Math.multiplyExact(size, clips.size())];
      for (int i = 0; i < clips.size(); i++) {
        byte[] values = ((Values.Numbers) clips.get(i).frames().values()).bytes();
        System.arraycopy(values, 0, block, i * size, size);
      }
      List<Long> dims = new ArrayList<>(first.dims());
      dims.add(0, (long) clips.size());
      return new Array.Dense(dims, new Values.Numbers(first.dtype(), block));
    }
  }
}
