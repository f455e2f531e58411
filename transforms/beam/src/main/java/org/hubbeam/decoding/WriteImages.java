// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.io.Serializable;
import java.util.Objects;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.media.PixelRange;
import org.jspecify.annotations.Nullable;

/**
 * Writes the images of a column, {@code [n, height, width, channels]} with 1, 3 or 4 channels, as
 * PNG files, one per row. The column is replaced by {@link #FILE}, the name of the file. A column
 * {@code [n, k, height, width, channels]} has k images, and names, for each row. A file is complete
 * or not at all, and one of its name is replaced.
 *
 * <pre>{@code
 * batches.apply(WriteImages.of("/data/made", "image").withNames(ImageNames.like("file", "/data/in/*")))
 * }</pre>
 *
 * <p>A row whose values lie outside of the range by more than a twentieth of it, or are NaN, is a
 * failure: it would be another picture. Values outside by less are black or white.
 */
public final class WriteImages extends PTransform<PCollection<Batch>, MediaResult> {
  private static final long serialVersionUID = 1;

  /** The column with the names of the files. */
  public static final String FILE = "image_file";

  private final Settings settings;

  /**
   * What is written where.
   *
   * @param folder where the files go; need not be there yet
   * @param column the images
   * @param boxes drawn on them; null for none
   */
  record Settings(
      String folder, String column, PixelRange range, ImageNames names, @Nullable DrawnBoxes boxes)
      implements Serializable {
    Settings {
      Objects.requireNonNull(folder, "folder");
      Objects.requireNonNull(column, "column");
      Objects.requireNonNull(range, "range");
      Objects.requireNonNull(names, "names");
    }
  }

  private WriteImages(Settings settings) {
    this.settings = settings;
  }

  /** Images from 0 to 1, or of uint8, named by the origin of their rows. */
  public static WriteImages of(String folder, String column) {
    MediaArtifact.require();
    return new WriteImages(
        new Settings(folder, column, PixelRange.ZERO_TO_ONE, ImageNames.OF_ORIGIN, null));
  }

  /** Sets the range of floats; integers are 0 to 255. */
  public WriteImages withRange(PixelRange value) {
    return new WriteImages(
        new Settings(settings.folder, settings.column, value, settings.names, settings.boxes));
  }

  /** Sets the names of the files. */
  public WriteImages withNames(ImageNames value) {
    return new WriteImages(
        new Settings(settings.folder, settings.column, settings.range, value, settings.boxes));
  }

  /** Draws boxes on the images. */
  public WriteImages withBoxes(DrawnBoxes value) {
    return new WriteImages(
        new Settings(settings.folder, settings.column, settings.range, settings.names, value));
  }

  @Override
  public MediaResult expand(PCollection<Batch> batches) {
    return new WriteImagesFn(settings).applyTo(batches, "Write");
  }
}
