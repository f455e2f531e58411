// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.inference.Limits;
import org.hubbeam.media.ClipSpec;

/**
 * Decodes clips, one per row, into windows of frames: a row per window with the columns of its clip
 * and {@code start_seconds}, {@code end_seconds} (float32, the display times of its first and last
 * frame) and {@code clip} {@code [n, frames, height, width, channels]}.
 *
 * <p>Windows come in the order of their clips and of time, and leave while the clip is still read:
 * memory does not grow with its length. The windows of one batch have frames of one size. A clip
 * that cannot be read, or not to its end, is one failure under its name; its windows that are whole
 * before that place are there too. Batches keep their window, timestamp and pane.
 *
 * <pre>{@code
 * BatchSource.Result names = pipeline.apply(BatchSource.fileNames("/data/*.mp4"));
 * MediaResult clips = names.batches().apply(DecodeClips.of(ClipSpec.forInput(input)));
 * }</pre>
 */
public final class DecodeClips extends PTransform<PCollection<Batch>, MediaResult> {
  private static final long serialVersionUID = 1;

  private final MediaSettings<ClipSpec> settings;

  private DecodeClips(MediaSettings<ClipSpec> settings) {
    this.settings = settings;
  }

  /**
   * The clips whose names are in the column {@code file}: local names, or names of Beam's file
   * systems, which are copied while they are read. Failures are named by the column {@code file};
   * batches have up to 1024 rows and 32 MiB of frames.
   */
  public static DecodeClips of(ClipSpec spec) {
    MediaArtifact.require();
    return new DecodeClips(MediaSettings.of(spec, MediaColumn.files(), "clip"));
  }

  /** Sets the column of file names: strings, one per row. */
  public DecodeClips withFileColumn(String column) {
    return new DecodeClips(settings.withInput(MediaColumn.names(column)));
  }

  /**
   * Reads the bytes of files from a column instead: strings, one per row. The column is dropped.
   * Failures are named by the column {@code file} if there is one, otherwise by the origin.
   */
  public DecodeClips withBytesColumn(String column) {
    return new DecodeClips(settings.withInput(MediaColumn.bytes(column)));
  }

  /** Sets the column of the frames. */
  public DecodeClips withClipColumn(String column) {
    return new DecodeClips(settings.withColumn(column));
  }

  /** Names failures by the value of this column. */
  public DecodeClips withIdColumn(String column) {
    return new DecodeClips(settings.withId(column));
  }

  /**
   * Sets the maximum rows and bytes of frames in a batch; a larger window is a batch of its own.
   */
  public DecodeClips withLimits(Limits value) {
    return new DecodeClips(settings.withLimits(value));
  }

  @Override
  public MediaResult expand(PCollection<Batch> batches) {
    return new DecodeClipsFn(settings).applyTo(batches, "Decode");
  }
}
