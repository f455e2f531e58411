// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.TimestampedValue;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.Limits;
import org.hubbeam.inference.PlainBatchCoder;
import org.hubbeam.media.Channels;
import org.hubbeam.media.Image;
import org.hubbeam.media.ImageDecoder;
import org.hubbeam.media.ImageFixtures;
import org.hubbeam.media.ImageSize;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.media.ImageWriter;
import org.hubbeam.media.PixelRange;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class DecodeImagesTest {

  private static final ImageSpec PIXELS = ImageSpec.DEFAULT.withDtype(DType.UINT8);

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  /** A PNG of one colour. */
  private static byte[] png(int height, int width, int value) {
    byte[] pixels = new byte[height * width * 3];
    Arrays.fill(pixels, (byte) value);
    return ImageWriter.png(new Image(new ImageSize(height, width), Channels.RGB, pixels));
  }

  private static Batch batch(Map<String, byte[]> files) {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("file", Array.Dense.vector(Values.of(files.keySet().toArray(String[]::new))));
    columns.put("bytes", Array.Dense.vector(Values.ofBytes(List.copyOf(files.values()))));
    return Batch.of(columns);
  }

  private static Map<String, byte[]> files(Object... namesAndBytes) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < namesAndBytes.length; i += 2) {
      files.put((String) namesAndBytes[i], (byte[]) namesAndBytes[i + 1]);
    }
    return files;
  }

  /** {@code name shape first-value} of each row. */
  private static List<String> rows(Iterable<Batch> batches) {
    List<String> rows = new ArrayList<>();
    for (Batch batch : batches) {
      Array.Dense images = (Array.Dense) batch.column("image");
      Values.Strings names = (Values.Strings) batch.column("file").values();
      for (int i = 0; i < batch.rows(); i++) {
        rows.add(
            names.text(i)
                + " "
                + images.dims().subList(1, 4)
                + " "
                + images.values().get(i * images.rowSize()));
      }
    }
    return rows;
  }

  private MediaResult decode(DecodeImages decode, Batch... batches) {
    return pipeline
        .apply(Create.of(List.of(batches)).withCoder(new PlainBatchCoder()))
        .apply(decode);
  }

  @Test
  void badImagesAreFailuresByTheirNamesAndTheOthersGoOn() {
    byte[] huge = ImageFixtures.bytes("palette.gif");
    huge[7] = (byte) 0xea;
    huge[9] = (byte) 0xea;
    byte[] whole = png(5, 4, 9);
    MediaResult result =
        decode(
            DecodeImages.of(PIXELS.withSize(new ImageSize(2, 3))),
            batch(
                files(
                    "a.jpg",
                    whole,
                    "cut.png",
                    Arrays.copyOf(whole, whole.length / 2),
                    "empty.png",
                    new byte[0],
                    "huge.gif",
                    huge,
                    "text.jpg",
                    "no image".getBytes(StandardCharsets.UTF_8),
                    "b.jpg",
                    png(7, 1, 10))));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              assertThat(rows(all))
                  .containsExactlyInAnyOrder("a.jpg [2, 3, 3] 9", "b.jpg [2, 3, 3] 10");
              assertThat(all.iterator().next().columns().keySet()).containsExactly("file", "image");
              return null;
            });
    PAssert.that(result.failures())
        .containsInAnyOrder(
            Failure.reading("cut.png", "bytes", "the PNG is cut off at byte " + whole.length / 2),
            Failure.reading("empty.png", "bytes", "is empty"),
            Failure.reading(
                "huge.gif",
                "bytes",
                "the header says 59917 x 59923 pixels; at most 50000000 are allowed"),
            Failure.reading("text.jpg", "bytes", "is text, not an image"));
    pipeline.run().waitUntilFinish();
  }

  @Test
  void imagesOfTheirOwnSizesComeTogetherBySize() {
    MediaResult result =
        decode(
            DecodeImages.of(PIXELS).withLimits(Limits.DEFAULT.withRows(2)),
            batch(
                files("1", png(2, 3, 1), "2", png(3, 2, 2), "3", png(2, 3, 3), "4", png(2, 3, 4))));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              List<List<String>> batches = new ArrayList<>();
              all.forEach(batch -> batches.add(rows(List.of(batch))));
              assertThat(batches)
                  .containsExactlyInAnyOrder(
                      List.of("1 [2, 3, 3] 1", "3 [2, 3, 3] 3"),
                      List.of("4 [2, 3, 3] 4"),
                      List.of("2 [3, 2, 3] 2"));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void batchesStayWithinTheirBytes() {
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      many.put("f" + i, png(10, 10 + i % 3, i));
    }
    MediaResult result =
        decode(DecodeImages.of(PIXELS).withLimits(Limits.DEFAULT.withBytes(1000)), batch(many));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              assertThat(rows(all)).hasSize(20).doesNotHaveDuplicates();
              for (Batch batch : all) {
                assertThat(batch.column("image").values().byteSize()).isLessThanOrEqualTo(1000);
              }
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void otherColumnsAndOriginsStayAndBytesWhereTheyAreWanted() throws Exception {
    byte[] jpeg = ImageFixtures.bytes("baseline.jpg");
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put(
        "image",
        Array.Ragged.of(Values.ofBytes(List.of(jpeg, jpeg, jpeg)), new int[] {0, 1, 1, 3}));
    columns.put("label", Array.Ragged.of(Values.of(5L, 6L, 7L), new int[] {0, 2, 2, 3}));
    Batch batch =
        new Batch(3, columns, new Batch.Origin("flowers.tfrecord", new long[] {0, 70, 99}));
    DecodeImages decode = DecodeImages.of(PIXELS).withBytesColumn("image");
    MediaResult result = decode(decode.withImageColumn("pixels"), batch);
    byte[] expected = ImageDecoder.decode(jpeg, PIXELS).pixels();
    PAssert.thatSingleton(result.batches())
        .satisfies(
            only -> {
              assertThat(only.columns().keySet()).containsExactly("label", "pixels");
              assertThat(only.origin().id(0)).isEqualTo("flowers.tfrecord@0");
              assertThat(only.column("label"))
                  .isEqualTo(Array.Ragged.of(Values.of(5L, 6L), new int[] {0, 2}));
              assertThat(
                      ImageWriter.image(
                              (Array.Dense) only.column("pixels"), 0, PixelRange.ZERO_TO_255)
                          .pixels())
                  .isEqualTo(expected);
              return null;
            });
    PAssert.that(result.failures())
        .containsInAnyOrder(
            Failure.reading("flowers.tfrecord@70", "image", "has 0 encoded images, not one"),
            Failure.reading("flowers.tfrecord@99", "image", "has 2 encoded images, not one"));
    DecodeImages keeping = decode.withImageColumn("pixels").withEncoded(DecodeImages.Encoded.KEEP);
    PAssert.thatSingleton(
            pipeline
                .apply("Again", Create.of(List.of(batch)).withCoder(new PlainBatchCoder()))
                .apply("Keeping", keeping)
                .batches())
        .satisfies(
            only -> {
              assertThat(only.columns().keySet()).containsExactly("image", "label", "pixels");
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void encodedImagesAreNotKeptUnderThePixelsName() {
    DecodeImages decode =
        DecodeImages.of(PIXELS).withImageColumn("bytes").withEncoded(DecodeImages.Encoded.KEEP);
    assertThatThrownBy(() -> decode(decode, batch(files("a", png(1, 1, 1)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the column 'bytes' cannot keep encoded images and pixels");
  }

  private static TimestampedValue<Batch> at(String name, byte[] png, long second) {
    return TimestampedValue.of(batch(files(name, png)), Instant.ofEpochMilli(1000 * second));
  }

  @Test
  void batchesKeepTheirWindowsAndTimestamps() {
    TestStream<Batch> stream =
        TestStream.create(new PlainBatchCoder())
            .advanceWatermarkTo(Instant.ofEpochMilli(0))
            .addElements(
                at("a", png(1, 1, 1), 15),
                at("b", png(1, 1, 2), 5),
                at("c", png(1, 1, 3), 5),
                at("d", png(1, 2, 4), 5),
                at("e", "e".getBytes(StandardCharsets.UTF_8), 16))
            .advanceWatermarkToInfinity();
    MediaResult result =
        pipeline
            .apply(stream)
            .apply(Window.into(FixedWindows.of(Duration.standardSeconds(10))))
            .apply(DecodeImages.of(PIXELS));
    PAssert.that(result.batches())
        .inWindow(new IntervalWindow(Instant.ofEpochMilli(0), Instant.ofEpochMilli(10_000)))
        .satisfies(
            all -> {
              assertThat(rows(all))
                  .containsExactlyInAnyOrder("b [1, 1, 3] 2", "c [1, 1, 3] 3", "d [1, 2, 3] 4");
              return null;
            });
    PAssert.that(result.batches())
        .inWindow(new IntervalWindow(Instant.ofEpochMilli(10_000), Instant.ofEpochMilli(20_000)))
        .satisfies(
            all -> {
              assertThat(rows(all)).containsExactly("a [1, 1, 3] 1");
              return null;
            });
    PAssert.that(result.failures())
        .inWindow(new IntervalWindow(Instant.ofEpochMilli(10_000), Instant.ofEpochMilli(20_000)))
        .containsInAnyOrder(Failure.reading("e", "bytes", "is text, not an image"));
    pipeline.run().waitUntilFinish();
  }
}
