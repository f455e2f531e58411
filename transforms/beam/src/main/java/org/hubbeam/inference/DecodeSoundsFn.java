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
import org.hubbeam.media.MediaException;
import org.hubbeam.media.Sound;
import org.hubbeam.media.SoundReader;
import org.hubbeam.media.SoundSpec;

/** Decodes the sounds of batches. */
final class DecodeSoundsFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final MediaSettings<SoundSpec> settings;

  DecodeSoundsFn(MediaSettings<SoundSpec> settings) {
    this.settings = settings;
  }

  /** Decodes the sounds of one batch. */
  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver receivers) {
    Batch staying = settings.input().staying(batch);
    List<Sound> sounds = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    long bytes = 0;
    for (int row = 0; row < batch.rows(); row++) {
      try {
        Sound sound = read(batch, row);
        long more = (long) Float.BYTES * sound.samples().length;
        if (!sounds.isEmpty() && isFull(sounds.size(), bytes + more)) {
          receivers.get(BATCHES).output(batch(staying, rows, sounds));
          sounds.clear();
          rows.clear();
          bytes = 0;
        }
        sounds.add(sound);
        rows.add(row);
        bytes += more;
      } catch (MediaException e) {
        receivers.get(FAILURES).output(settings.input().failure(settings.id(), batch, row, e));
      }
    }
    if (!sounds.isEmpty()) {
      receivers.get(BATCHES).output(batch(staying, rows, sounds));
    }
  }

  private boolean isFull(int rows, long bytes) {
    Limits limits = settings.limits();
    return rows >= limits.rows() || bytes > Math.min(limits.bytes(), Integer.MAX_VALUE - 16);
  }

  private Sound read(Batch batch, int row) throws MediaException {
    SoundReader reader = new SoundReader(settings.spec());
    return settings
        .input()
        .use(
            batch,
            row,
            new MediaColumn.Use<Sound>() {
              @Override
              public Sound file(Path file) throws IOException, MediaException {
                return reader.read(file);
              }

              @Override
              public Sound bytes(byte[] bytes) throws IOException, MediaException {
                return reader.read(bytes);
              }
            });
  }

  private Batch batch(Batch staying, List<Integer> rows, List<Sound> sounds) {
    int[] splits = new int[sounds.size() + 1];
    float[] seconds = new float[sounds.size()];
    for (int i = 0; i < seconds.length; i++) {
      splits[i + 1] = splits[i] + sounds.get(i).samples().length;
      seconds[i] = (float) sounds.get(i).seconds();
    }
    float[] samples = new float[splits[seconds.length]];
    for (int i = 0; i < seconds.length; i++) {
      System.arraycopy(sounds.get(i).samples(), 0, samples, splits[i], splits[i + 1] - splits[i]);
    }
    return staying
        .select(rows.stream().mapToInt(Integer::intValue).toArray())
        .with(settings.column(), Array.Ragged.of(Values.of(samples), splits))
        .with(DecodeSounds.SECONDS, Array.Dense.vector(Values.of(seconds)));
  }
}
