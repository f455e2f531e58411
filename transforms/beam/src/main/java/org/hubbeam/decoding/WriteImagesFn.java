// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.WholeFile;
import org.hubbeam.inference.RowIds;
import org.hubbeam.media.BoxDrawer;
import org.hubbeam.media.Image;
import org.hubbeam.media.ImageWriter;
import org.hubbeam.media.PixelRange;

/** Writes the images of batches. */
final class WriteImagesFn extends MediaFn {
  private static final long serialVersionUID = 1;

  private static final double TOLERANCE = 0.05 * 255;

  private final WriteImages.Settings settings;

  WriteImagesFn(WriteImages.Settings settings) {
    this.settings = settings;
  }

  /** Writes the images of a batch, row by row. */
  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver out) throws IOException {
    List<String> files = new ArrayList<>();
    List<Integer> written = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      try {
        List<Image> images = images(batch, row);
        for (int i = 0; i < images.size(); i++) {
          String name = settings.names().of(batch, row, images.size() == 1 ? -1 : i);
          String file = settings.folder() + "/" + name;
          WholeFile.write(file, ImageWriter.png(images.get(i)));
          files.add(file);
        }
        written.add(row);
      } catch (IllegalArgumentException e) {
        String id = new RowIds(settings.names().column()).of(batch, row);
        out.get(FAILURES)
            .output(Failure.reading(id, settings.column(), String.valueOf(e.getMessage())));
      }
    }
    if (!written.isEmpty()) {
      int[] rows = written.stream().mapToInt(Integer::intValue).toArray();
      List<String> columns = new ArrayList<>(batch.columns().keySet());
      columns.remove(settings.column());
      Batch rest = batch.only(columns);
      out.get(BATCHES)
          .output(
              (rows.length == batch.rows() ? rest : rest.select(rows))
                  .with(WriteImages.FILE, column(files, rows.length)));
    }
  }

  private static Array column(List<String> files, int rows) {
    Values names = Values.of(files.toArray(new String[0]));
    if (files.size() == rows) {
      return Array.Dense.vector(names);
    }
    int[] splits = new int[rows + 1];
    for (int i = 0; i <= rows; i++) {
      splits[i] = i * (files.size() / rows);
    }
    return Array.Ragged.of(names, splits);
  }

  /** The image of a row, or its images where the column is {@code [n, k, height, width, c]}. */
  private List<Image> images(Batch batch, int row) {
    if (!(batch.column(settings.column()) instanceof Array.Dense column)) {
      throw new IllegalArgumentException(
          "images are dense, [n, height, width, channels], not "
              + batch.column(settings.column()).spec(settings.column()));
    }
    boolean several = column.dims().size() == 5;
    Array.Dense one = column.slice(row, row + 1);
    Array.Dense images = several ? new Array.Dense(one.dims().subList(1, 5), one.values()) : one;
    PixelRange range = images.dtype().isFloating() ? settings.range() : PixelRange.ZERO_TO_255;
    List<Image> made = new ArrayList<>();
    for (int i = 0; i < images.rows(); i++) {
      check(images, i, range);
      Image image = ImageWriter.image(images, i, range);
      made.add(
          settings.boxes() == null
              ? image
              : BoxDrawer.draw(image, settings.boxes().of(batch, row)));
    }
    return made;
  }

  private static void check(Array.Dense images, int row, PixelRange range) {
    if (!images.dtype().isFloating()) {
      return;
    }
    Values.Numbers values = (Values.Numbers) images.values();
    int size = images.rowSize();
    for (int i = row * size; i < (row + 1) * size; i++) {
      float value = (float) values.getDouble(i);
      double as255 = range.to255(value);
      if (!(as255 >= -TOLERANCE && as255 <= 255 + TOLERANCE)) {
        throw new IllegalArgumentException(
            "the image has the value " + value + ", which is none of " + range);
      }
    }
  }
}
