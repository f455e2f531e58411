package org.hubbeam.inference;

import java.io.Serializable;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.media.ImageSpec;

/**
 * Encoded images, one in each row, into pixels {@code [n, height, width, channels]} as a module
 * takes them. An image that cannot be decoded is a failure, the others go on.
 *
 * <p>Where the spec sets no size, rows are put together by the size of their images. Rows of
 * different batches come together within a bundle where window, timestamp, pane and columns are the
 * same; their order is kept within a size. Batches keep their window, timestamp and pane.
 *
 * <pre>{@code
 * BatchSource.Result files = pipeline.apply(BatchSource.files("/data/*.jpg"));
 * DecodeImages.Result images = files.batches().apply(DecodeImages.of(ImageSpec.forInput(input)));
 * }</pre>
 */
public final class DecodeImages extends PTransform<PCollection<Batch>, DecodeImages.Result> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  /** What becomes of the encoded images. */
  public enum Encoded {
    /** Their column is left out, unless the pixels take its name. */
    DROP,
    /** Their column stays. */
    KEEP
  }

  /**
   * How images are decoded.
   *
   * @param bytes the column of encoded images
   * @param image the column of pixels
   * @param id the column that names rows in failures; null for {@code file}, or the origin
   */
  record Settings(
      ImageSpec spec, String bytes, String image, String id, Encoded encoded, Limits limits)
      implements Serializable {}

  private DecodeImages(Settings settings) {
    this.settings = settings;
  }

  /**
   * Images of the column {@code bytes} into the column {@code image}; failures are named by the
   * column {@code file} where there is one, else by the origin; batches of up to 1024 rows and 32
   * MiB of pixels.
   */
  public static DecodeImages of(ImageSpec spec) {
    return new DecodeImages(
        new Settings(spec, "bytes", "image", null, Encoded.DROP, Limits.DEFAULT));
  }

  /** With encoded images from another column: strings, one in each row. */
  public DecodeImages withBytesColumn(String column) {
    return new DecodeImages(
        new Settings(
            settings.spec, column, settings.image, settings.id, settings.encoded, settings.limits));
  }

  /** With pixels in another column. */
  public DecodeImages withImageColumn(String column) {
    return new DecodeImages(
        new Settings(
            settings.spec, settings.bytes, column, settings.id, settings.encoded, settings.limits));
  }

  /** With failures named by this column's value. */
  public DecodeImages withIdColumn(String column) {
    return new DecodeImages(
        new Settings(
            settings.spec,
            settings.bytes,
            settings.image,
            column,
            settings.encoded,
            settings.limits));
  }

  /** With the encoded images kept, or not. */
  public DecodeImages withEncoded(Encoded value) {
    return new DecodeImages(
        new Settings(
            settings.spec, settings.bytes, settings.image, settings.id, value, settings.limits));
  }

  /**
   * With batches of at most so many rows and bytes of pixels; a larger image is a batch of its own.
   * Up to twice these bytes wait in a bundle.
   */
  public DecodeImages withLimits(Limits value) {
    return new DecodeImages(
        new Settings(
            settings.spec, settings.bytes, settings.image, settings.id, settings.encoded, value));
  }

  /**
   * Decodes.
   *
   * @throws IllegalArgumentException when the encoded images are to be kept under the pixels' name
   */
  @Override
  public Result expand(PCollection<Batch> batches) {
    if (settings.encoded == Encoded.KEEP && settings.bytes.equals(settings.image)) {
      throw new IllegalArgumentException(
          "the column '" + settings.image + "' cannot keep encoded images and pixels");
    }
    PCollectionTuple both =
        batches.apply(
            "Decode",
            ParDo.of(new DecodeImagesFn(settings))
                .withOutputTags(DecodeImagesFn.BATCHES, TupleTagList.of(DecodeImagesFn.FAILURES)));
    both.get(DecodeImagesFn.BATCHES).setCoder(batches.getCoder());
    return new Result(both.get(DecodeImagesFn.BATCHES), both.get(DecodeImagesFn.FAILURES));
  }

  /** The rows whose images could be decoded, and those whose could not. */
  public static final class Result extends ResultWithFailures<Batch> {

    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }

    /** The columns that stay, with the pixels. */
    public PCollection<Batch> batches() {
      return output();
    }
  }
}
