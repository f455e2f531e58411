package org.hubbeam.decoding;

import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.inference.Limits;
import org.hubbeam.media.SoundSpec;

/**
 * Decodes sounds, one per row, into samples: the columns of the batch with {@code waveform} (lists
 * of float32, -1 to 1) and {@code seconds} (float32). A sound that cannot be read is a failure, the
 * others go on. Rows keep their order, and batches their window, timestamp and pane; a batch comes
 * out in pieces where its samples are too many.
 *
 * <pre>{@code
 * BatchSource.Result names = pipeline.apply(BatchSource.fileNames("/data/*.wav"));
 * MediaResult sounds = names.batches().apply(DecodeSounds.of(SoundSpec.of(16000)));
 * }</pre>
 */
public final class DecodeSounds extends PTransform<PCollection<Batch>, MediaResult> {
  private static final long serialVersionUID = 1;

  static final String SECONDS = "seconds";

  private final MediaSettings<SoundSpec> settings;

  private DecodeSounds(MediaSettings<SoundSpec> settings) {
    this.settings = settings;
  }

  /**
   * The sounds whose names are in the column {@code file}: names on this machine, or of Beam's file
   * systems, which are copied for the time of reading. Failures are named by the column {@code
   * file}; batches have up to 1024 rows and 32 MiB of samples.
   */
  public static DecodeSounds of(SoundSpec spec) {
    MediaArtifact.require();
    return new DecodeSounds(MediaSettings.of(spec, MediaColumn.files(), "waveform"));
  }

  /** With names of files from another column: strings, one in each row. */
  public DecodeSounds withFileColumn(String column) {
    return new DecodeSounds(settings.withInput(MediaColumn.names(column)));
  }

  /**
   * With the bytes of files from a column: strings, one in each row. It is left out afterwards;
   * failures are named by the column {@code file} where there is one, else by the origin.
   */
  public DecodeSounds withBytesColumn(String column) {
    return new DecodeSounds(settings.withInput(MediaColumn.bytes(column)));
  }

  /** With samples in another column. */
  public DecodeSounds withWaveformColumn(String column) {
    return new DecodeSounds(settings.withColumn(column));
  }

  /** With failures named by this column's value. */
  public DecodeSounds withIdColumn(String column) {
    return new DecodeSounds(settings.withId(column));
  }

  /**
   * With batches of at most so many rows and bytes of samples; a longer sound is a batch of its
   * own.
   */
  public DecodeSounds withLimits(Limits value) {
    return new DecodeSounds(settings.withLimits(value));
  }

  @Override
  public MediaResult expand(PCollection<Batch> batches) {
    return new DecodeSoundsFn(settings).applyTo(batches, "Decode");
  }
}
