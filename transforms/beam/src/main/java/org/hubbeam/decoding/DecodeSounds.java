// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

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
   * The sounds whose names are in the column {@code file}: local names, or names of Beam's file
   * systems, which are copied while they are read. Failures are named by the column {@code file};
   * batches have up to 1024 rows and 32 MiB of samples.
   */
  public static DecodeSounds of(SoundSpec spec) {
    MediaArtifact.require();
    return new DecodeSounds(MediaSettings.of(spec, MediaColumn.files(), "waveform"));
  }

  /** Sets the column of file names: strings, one per row. */
  public DecodeSounds withFileColumn(String column) {
    return new DecodeSounds(settings.withInput(MediaColumn.names(column)));
  }

  /**
   * Reads the bytes of files from a column instead: strings, one per row. The column is dropped.
   * Failures are named by the column {@code file} if there is one, otherwise by the origin.
   */
  public DecodeSounds withBytesColumn(String column) {
    return new DecodeSounds(settings.withInput(MediaColumn.bytes(column)));
  }

  /** Sets the column of the samples. */
  public DecodeSounds withWaveformColumn(String column) {
    return new DecodeSounds(settings.withColumn(column));
  }

  /** Names failures by the value of this column. */
  public DecodeSounds withIdColumn(String column) {
    return new DecodeSounds(settings.withId(column));
  }

  /**
   * Sets the maximum rows and bytes of samples in a batch; a longer sound is a batch of its own.
   */
  public DecodeSounds withLimits(Limits value) {
    return new DecodeSounds(settings.withLimits(value));
  }

  @Override
  public MediaResult expand(PCollection<Batch> batches) {
    return new DecodeSoundsFn(settings).applyTo(batches, "Decode");
  }
}
