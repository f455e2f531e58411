// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Batch;
import org.hubbeam.inference.Limits;
import org.hubbeam.media.Image;
import org.hubbeam.media.ImageColumn;
import org.hubbeam.media.ImageSize;
import org.hubbeam.media.ImageSpec;
import org.jspecify.annotations.Nullable;

/** Rows whose images have one size, until they become a batch. For one thread. */
final class ImageGroup {

  private final ImageColumn images;
  private final List<Batch> settled = new ArrayList<>();
  private @Nullable Batch current;
  private int[] chosen = new int[16];
  private int count;

  /**
   * For images of this size.
   *
   * @param expected how many there will be at most, as far as that is known
   */
  ImageGroup(ImageSpec spec, ImageSize size, int expected, Limits limits) {
    this.images = new ImageColumn(spec, size);
    long fitting = Math.min(limits.rows(), limits.bytes() / spec.byteSize(size));
    images.expect((int) Math.min(fitting, expected));
  }

  int rows() {
    return images.rows();
  }

  /** The bytes of the pixels. */
  long byteSize() {
    return images.byteSize();
  }

  /** Whether one more row can be added. */
  boolean takes(Limits limits) {
    long more = images.rows() == 0 ? 0 : images.byteSize() / images.rows();
    return images.rows() == 0
        || (images.rows() < limits.rows()
            && images.takes()
            && images.byteSize() + more <= limits.bytes());
  }

  /**
   * Adds a row of the batch that the rows since {@link #settle} are of.
   *
   * @param staying the columns that stay beside the image
   */
  void add(Batch staying, int row, Image image) {
    current = staying;
    images.add(image);
    if (count == chosen.length) {
      chosen = Arrays.copyOf(chosen, count * 2);
    }
    chosen[count++] = row;
  }

  /** Takes what is needed out of the batch that the last rows came from, which need not stay. */
  void settle() {
    if (current != null) {
      int[] rows = Arrays.copyOf(chosen, count);
      settled.add(count == current.rows() ? current : current.select(rows));
      current = null;
      count = 0;
    }
  }

  /** The rows, with their images in a column. */
  Batch batch(String column) {
    settle();
    return Batch.concat(settled).with(column, images.build());
  }
}
