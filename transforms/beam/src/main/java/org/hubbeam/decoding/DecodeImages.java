// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.files.StandardColumns;
import org.hubbeam.inference.Limits;
import org.hubbeam.media.ImageSpec;

/**
 * Decodes images, one per row, into pixels {@code [n, height, width, channels]}. An image that
 * cannot be decoded is a failure, the others go on.
 *
 * <p>Where the spec sets no size, rows are put together by the size of their images. Rows of
 * different batches come together within a bundle where window, timestamp, pane and columns are the
 * same; their order is kept within a size. Batches keep their window, timestamp and pane.
 *
 * <pre>{@code
 * BatchSource.Result files = pipeline.apply(BatchSource.files("/data/*.jpg"));
 * MediaResult images = files.batches().apply(DecodeImages.of(ImageSpec.forInput(input)));
 * }</pre>
 */
public final class DecodeImages extends PTransform<PCollection<Batch>, MediaResult> {
  private static final long serialVersionUID = 1;

  private final MediaSettings<ImageSpec> settings;

  /** What happens to the encoded images. */
  public enum Encoded {
    /** Their column is left out, unless the pixels take its name. */
    DROP,
    /** Their column stays. */
    KEEP
  }

  private DecodeImages(MediaSettings<ImageSpec> settings) {
    this.settings = settings;
  }

  /**
   * Images of the column {@code bytes} into the column {@code image}; failures are named by the
   * column {@code file} if there is one, otherwise by the origin; batches of up to 1024 rows and 32
   * MiB of pixels.
   */
  public static DecodeImages of(ImageSpec spec) {
    MediaArtifact.require();
    return new DecodeImages(
        MediaSettings.of(
            spec,
            new MediaColumn(StandardColumns.BYTES, MediaColumn.Content.IMAGES, false),
            "image"));
  }

  /** Sets the column of the encoded images: strings, one per row. */
  public DecodeImages withBytesColumn(String column) {
    return withInput(column, settings.input().stays());
  }

  /** Sets the column of the pixels. */
  public DecodeImages withImageColumn(String column) {
    return new DecodeImages(settings.withColumn(column));
  }

  /** Names failures by the value of this column. */
  public DecodeImages withIdColumn(String column) {
    return new DecodeImages(settings.withId(column));
  }

  /** Sets whether the encoded images are kept. */
  public DecodeImages withEncoded(Encoded value) {
    return withInput(settings.input().name(), value == Encoded.KEEP);
  }

  private DecodeImages withInput(String column, boolean stays) {
    return new DecodeImages(
        settings.withInput(new MediaColumn(column, MediaColumn.Content.IMAGES, stays)));
  }

  /**
   * Sets the maximum rows and bytes of pixels in a batch; a larger image is a batch of its own. Up
   * to twice these bytes wait in a bundle.
   */
  public DecodeImages withLimits(Limits value) {
    return new DecodeImages(settings.withLimits(value));
  }

  /**
   * Decodes.
   *
   * @throws IllegalArgumentException when the encoded images are to be kept under the pixels' name
   */
  @Override
  public MediaResult expand(PCollection<Batch> batches) {
    if (settings.input().stays() && settings.input().name().equals(settings.column())) {
      throw new IllegalArgumentException(
          "the column '" + settings.column() + "' cannot keep encoded images and pixels");
    }
    return new DecodeImagesFn(settings).applyTo(batches, "Decode");
  }
}
