package org.hubbeam.inference;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.media.BoxDrawer;
import org.hubbeam.media.Image;
import org.hubbeam.media.ImageWriter;
import org.hubbeam.media.PixelRange;
import org.hubbeam.tfrecord.WholeFile;

/** Writes the images of batches. */
final class WriteImagesFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private static final double TOLERANCE = 0.05 * 255;

  private final WriteImages.Settings settings;

  WriteImagesFn(WriteImages.Settings settings) {
    this.settings = settings;
  }

  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver out) throws IOException {
    List<String> files = new ArrayList<>();
    List<Integer> written = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      String name = settings.names().of(batch, row);
      try {
        Image image = image(batch, row);
        String file = settings.folder() + "/" + name;
        WholeFile.write(file, ImageWriter.png(image));
        files.add(file);
        written.add(row);
      } catch (IllegalArgumentException e) {
        out.get(FAILURES)
            .output(Failure.reading(batch.origin().id(row), settings.column(), e.getMessage()));
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
                  .with(
                      WriteImages.FILE,
                      Array.Dense.vector(Values.of(files.toArray(new String[0])))));
    }
  }

  private Image image(Batch batch, int row) {
    Array column = batch.column(settings.column());
    if (!(column instanceof Array.Dense images)) {
      throw new IllegalArgumentException(
          "images are dense, [n, height, width, channels], not "
              + column.layout()
              + " "
              + new Shape(column.dims()));
    }
    PixelRange range =
        images.dtype().isFloating() ? settings.range() : PixelRange.ZERO_TO_255;
    check(images, row, range);
    Image image = ImageWriter.image(images, row, range);
    return settings.boxes() == null
        ? image
        : BoxDrawer.draw(image, settings.boxes().of(batch, row));
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
