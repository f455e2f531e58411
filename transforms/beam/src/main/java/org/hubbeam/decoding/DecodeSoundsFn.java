// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.Limits;
import org.hubbeam.media.MediaException;
import org.hubbeam.media.Sound;
import org.hubbeam.media.SoundReader;
import org.hubbeam.media.SoundSpec;

/** Decodes the sounds of batches. */
final class DecodeSoundsFn extends MediaFn {
  private static final long serialVersionUID = 1;

  private final MediaSettings<SoundSpec> settings;

  DecodeSoundsFn(MediaSettings<SoundSpec> settings) {
    this.settings = settings;
  }

  /** Decodes the sounds of one batch. */
  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver receivers) {
    SoundReader reader = new SoundReader(settings.spec());
    Sounds sounds =
        new Sounds(
            settings.column(),
            settings.limits(),
            settings.input().staying(batch),
            receivers.get(BATCHES));
    for (int row = 0; row < batch.rows(); row++) {
      int current = row;
      try {
        settings
            .input()
            .decode(
                batch,
                row,
                file -> sounds.add(current, reader.read(file)),
                bytes -> sounds.add(current, reader.read(bytes)));
      } catch (MediaException e) {
        receivers.get(FAILURES).output(settings.input().failure(settings.id(), batch, row, e));
      }
    }
    sounds.flush();
  }

  private static final class Sounds extends MediaRows<Sound> {
    private final String column;

    Sounds(String column, Limits limits, Batch staying, OutputReceiver<Batch> out) {
      super(limits, staying, out);
      this.column = column;
    }

    @Override
    long byteSize(Sound sound) {
      return (long) Float.BYTES * sound.samples().length;
    }

    @Override
    boolean fit(Sound first, Sound other) {
      return true;
    }

    @Override
    Batch withColumns(Batch batch, List<Sound> sounds) {
      int[] splits = new int[sounds.size() + 1];
      for (int i = 0; i < sounds.size(); i++) {
        splits[i + 1] = splits[i] + sounds.get(i).samples().length;
      }
      float[] samples = new float[splits[sounds.size()]];
      for (int i = 0; i < sounds.size(); i++) {
        System.arraycopy(sounds.get(i).samples(), 0, samples, splits[i], splits[i + 1] - splits[i]);
      }
      return batch
          .with(column, Array.Ragged.of(Values.of(samples), splits))
          .with(DecodeSounds.SECONDS, seconds(sounds, Sound::seconds));
    }
  }
}
