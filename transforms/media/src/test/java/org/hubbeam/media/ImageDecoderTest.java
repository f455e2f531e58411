// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

  private static List<String> names() {
    return ImageFixtures.names();
  }

  private static Image decode(String name, Channels channels) throws MediaException {
    return ImageDecoder.decode(ImageFixtures.bytes(name), channels, Decoding.DEFAULT);
  }

  /** The mean difference of two images' values. */
  private static double difference(Image one, Image other) {
    assertThat(one.size()).isEqualTo(other.size());
    long sum = 0;
    for (int i = 0; i < one.pixels().length; i++) {
      sum += Math.abs((one.pixels()[i] & 0xff) - (other.pixels()[i] & 0xff));
    }
    return (double) sum / one.pixels().length;
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyKindOfImageIsDecodedAsPillowDecodesIt(String name) throws Exception {
    assertThat(decode(name, Channels.RGBA)).isEqualTo(ImageFixtures.expected(name));
  }

  @Test
  void alphaIsDroppedOrLiesOnAGround() throws Exception {
    Image all = decode("rgba.png", Channels.RGBA);
    Map<Alpha, Image> images = new TreeMap<>();
    for (Alpha alpha : Alpha.values()) {
      Decoding decoding = Decoding.DEFAULT.withAlpha(alpha);
      images.put(
          alpha, ImageDecoder.decode(ImageFixtures.bytes("rgba.png"), Channels.RGB, decoding));
    }
    for (int y = 0; y < all.height(); y++) {
      for (int x = 0; x < all.width(); x++) {
        for (int c = 0; c < 3; c++) {
          double opaque = all.value(y, x, 3) / 255.0;
          long onBlack = Math.round(all.value(y, x, c) * opaque);
          long onWhite = Math.round(all.value(y, x, c) * opaque + 255 * (1 - opaque));
          assertThat(images.get(Alpha.DROP).value(y, x, c)).isEqualTo(all.value(y, x, c));
          assertThat((long) images.get(Alpha.ON_BLACK).value(y, x, c)).isEqualTo(onBlack);
          assertThat((long) images.get(Alpha.ON_WHITE).value(y, x, c)).isEqualTo(onWhite);
        }
      }
    }
  }

  @Test
  void greyIsLightness() throws Exception {
    assertThat(decode("rgb.png", Channels.GREY)).isEqualTo(decode("grey.png", Channels.GREY));
    assertThat(difference(decode("baseline.jpg", Channels.GREY), decode("grey.jpg", Channels.GREY)))
        .isLessThan(3);
  }

  @Test
  void orientationCanBeLeftAsStored() throws Exception {
    Decoding stored = Decoding.DEFAULT.withOrientation(Orientation.IGNORE);
    byte[] turned = ImageFixtures.bytes("orientation_6.png");
    Image upright = ImageDecoder.decode(turned, Channels.RGB, Decoding.DEFAULT);
    Image asStored = ImageDecoder.decode(turned, Channels.RGB, stored);
    assertThat(asStored.size()).isEqualTo(new ImageSize(19, 13));
    assertThat(upright.size()).isEqualTo(new ImageSize(13, 19));
    assertThat(upright.value(0, 18, 0)).isEqualTo(asStored.value(0, 0, 0));
    assertThat(upright.value(12, 18, 1)).isEqualTo(asStored.value(0, 12, 1));
  }

  @Test
  void aFrameSmallerThanTheScreenHasNothingAroundIt() throws Exception {
    byte[] gif = ImageFixtures.bytes("palette.gif");
    gif[6] = 22;
    gif[8] = 15;
    Image image = ImageDecoder.decode(gif, Channels.RGBA, Decoding.DEFAULT);
    Image frame = decode("palette.gif", Channels.RGBA);
    assertThat(image.size()).isEqualTo(new ImageSize(15, 22));
    assertThat(image.value(12, 18, 0)).isEqualTo(frame.value(12, 18, 0));
    assertThat(List.of(image.value(13, 0, 3), image.value(0, 19, 0))).containsExactly(0, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "rgb.png, 16, 00 00 c3 50 00 00 c3 50, 50000 x 50000",
    "baseline.jpg, FRAME, c3 50 c3 50, 50000 x 50000",
    "palette.gif, 6, 60 ea 60 ea, 60000 x 60000",
    "rgb.bmp, 18, 50 c3 00 00 50 c3 00 00, 50000 x 50000",
    "lossless.webp, 21, ff ff ff 0f, 16384 x 16384",
    "lossy.webp, 26, ff 3f ff 3f, 16383 x 16383"
  })
  void aHugeHeaderIsRefusedBeforeMemoryIsTaken(
      String name, String place, String header, String size) {
    byte[] bytes = ImageFixtures.bytes(name);
    int at = place.equals("FRAME") ? frame(bytes) : Integer.parseInt(place);
    byte[] values = HexFormat.ofDelimiter(" ").parseHex(header);
    System.arraycopy(values, 0, bytes, at, values.length);
    fixCheckSum(name, bytes);
    assertThatThrownBy(() -> ImageDecoder.decode(bytes, DecodeLimits.DEFAULT))
        .isInstanceOf(MediaException.class)
        .hasMessage("the header says " + size + " pixels; at most 50000000 are allowed");
  }

  private static int frame(byte[] jpeg) {
    int at = 0;
    while ((jpeg[at] & 0xff) != 0xff || (jpeg[at + 1] & 0xff) != 0xc0) {
      at++;
    }
    return at + 5;
  }

  private static void fixCheckSum(String name, byte[] bytes) {
    if (name.endsWith(".png")) {
      CRC32 crc = new CRC32();
      crc.update(bytes, 12, 17);
      for (int i = 0; i < 4; i++) {
        bytes[29 + i] = (byte) (crc.getValue() >> 24 - 8 * i);
      }
    }
  }

  @Test
  void theLimitIsTheUsers() throws Exception {
    byte[] bytes = ImageFixtures.bytes("plain.tif");
    assertThat(ImageDecoder.decode(bytes, new DecodeLimits(19 * 13)).height()).isEqualTo(13);
    assertThatThrownBy(() -> ImageDecoder.decode(bytes, new DecodeLimits(19 * 13 - 1)))
        .hasMessage("the header says 13 x 19 pixels; at most 246 are allowed");
  }

  @ParameterizedTest
  @MethodSource("names")
  void aCutImageIsNoImage(String name) {
    byte[] bytes = ImageFixtures.bytes(name);
    byte[] cut = Arrays.copyOf(bytes, name.startsWith("animated") ? 200 : bytes.length * 4 / 5);
    assertThatThrownBy(() -> ImageDecoder.decode(cut, DecodeLimits.DEFAULT))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("cut off");
  }

  @ParameterizedTest
  @ValueSource(strings = {"baseline.jpg", "progressive.jpg"})
  void aJpegWithoutItsEndIsCut(String name) throws Exception {
    byte[] bytes = ImageFixtures.bytes(name);
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 2);
    assertThatThrownBy(() -> ImageDecoder.decode(cut, DecodeLimits.DEFAULT))
        .hasMessage("the JPEG is cut off at byte " + cut.length);
    Decoding lenient = Decoding.DEFAULT.withTruncated(Truncated.ACCEPT);
    assertThat(ImageDecoder.decode(cut, Channels.RGB, lenient))
        .isEqualTo(decode(name, Channels.RGB));
  }

  @ParameterizedTest
  @ValueSource(strings = {"subsampled_none.jpg", "rgb_16bit.png"})
  void whatIsThereOfACutImageCanBeTaken(String name) throws Exception {
    byte[] bytes = ImageFixtures.bytes(name);
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 60);
    Decoding lenient = Decoding.DEFAULT.withTruncated(Truncated.ACCEPT);
    Image half = ImageDecoder.decode(cut, Channels.RGB, lenient);
    Image whole = decode(name, Channels.RGB);
    assertThat(half.size()).isEqualTo(whole.size());
    assertThat(Arrays.copyOf(half.pixels(), 8 * 3)).isEqualTo(Arrays.copyOf(whole.pixels(), 8 * 3));
    assertThat(half).isNotEqualTo(whole);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void whatIsNoImageIsCalledByItsName() {
    Map<String, String> files =
        Map.of(
            "", "is empty",
            "BMW drives; not a bitmap at all", "is text, not an image",
            "<html>", "is text, not an image",
            "%PDF-1.7", "is a PDF, not an image",
            "\0\0\0 ftypmif1", "is a HEIF image that is neither HEIC nor AVIF",
            "\0\0\0 ftypisom", "is a video, not an image",
            "\u0001\u0002\u0003",
                "is no image that can be read (JPEG, PNG, GIF, BMP, WebP, TIFF, HEIC, AVIF, JPEG"
                    + " 2000); it begins with 01 02 03",
            "\u00ff\u00d8\u00ff", "the JPEG is cut off at byte 3, before its pixels",
            "\u0089PNG\r\n\u001a\n", "the PNG is cut off at byte 8, before its pixels");
    files.forEach(
        (content, reason) ->
            assertThatThrownBy(() -> ImageDecoder.decode(bytes(content), DecodeLimits.DEFAULT))
                .isInstanceOf(MediaException.class)
                .hasMessage(reason));
  }

  @ParameterizedTest
  @MethodSource("names")
  void damagedImagesAreFailuresAndNothingElse(String name) {
    byte[] bytes = ImageFixtures.bytes(name);
    Random random = new Random(3);
    for (int i = 0; i < 40; i++) {
      int cut = random.nextInt(3) * random.nextInt(bytes.length / 3);
      byte[] damaged = Arrays.copyOf(bytes, bytes.length - cut);
      for (int j = random.nextInt(4); j >= 0; j--) {
        int within = random.nextBoolean() ? damaged.length : Math.min(80, damaged.length);
        damaged[random.nextInt(within)] = (byte) random.nextInt();
      }
      try {
        Image image = ImageDecoder.decode(damaged, new DecodeLimits(100_000));
        assertThat(image.channels()).isEqualTo(Channels.RGB);
      } catch (MediaException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  /** The last scan of a progressive JPEG again and again, each of which goes through all pixels. */
  private static byte[] withScans(int more) {
    byte[] jpeg = ImageFixtures.bytes("progressive.jpg");
    int last = jpeg.length - 2;
    while (!Bytes.has(jpeg, last, "\u00ff\u00da")) {
      last--;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(jpeg, 0, jpeg.length - 2);
    for (int i = 0; i < more; i++) {
      all.write(jpeg, last, jpeg.length - 2 - last);
    }
    all.write(jpeg, jpeg.length - 2, 2);
    return all.toByteArray();
  }

  @Test
  void scansOfAJpegAreBounded() throws MediaException {
    Image image = ImageDecoder.decode(withScans(20), DecodeLimits.DEFAULT);
    assertThatThrownBy(() -> ImageDecoder.decode(withScans(20_000), DecodeLimits.DEFAULT))
        .isInstanceOf(MediaException.class)
        .hasMessageMatching("it has 200\\d\\d scans of \\d+ pixels; at most 100 are allowed");
    DecodeLimits tight = new DecodeLimits(image.size().pixels());
    assertThatThrownBy(() -> ImageDecoder.decode(withScans(40), tight))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("scans of");
  }

  @Test
  void framesOfAWebpWithinEachOtherAreNoFrames() {
    int depth = 20_000;
    ByteBuffer webp = ByteBuffer.allocate(12 + 24 * depth).order(ByteOrder.LITTLE_ENDIAN);
    webp.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(webp.capacity() - 8);
    webp.put("WEBP".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < depth; i++) {
      webp.put("ANMF".getBytes(StandardCharsets.US_ASCII)).putInt(24 * (depth - i) - 8);
      webp.position(webp.position() + 16);
    }
    assertThatThrownBy(() -> ImageDecoder.decode(webp.array(), DecodeLimits.DEFAULT))
        .isInstanceOf(MediaException.class)
        .hasMessage("the WebP has no pixels");
  }

  @Test
  void threadsDecodeAtTheSameTime() {
    List<String> names = names();
    boolean same =
        IntStream.range(0, 4 * names.size())
            .parallel()
            .allMatch(
                i -> {
                  String name = names.get(i % names.size());
                  try {
                    return decode(name, Channels.RGBA).equals(ImageFixtures.expected(name));
                  } catch (MediaException e) {
                    throw new IllegalStateException(name, e);
                  }
                });
    assertThat(same).isTrue();
  }

  @Test
  void aBitmapWhoseColoursWouldFillMemoryIsRefused() {
    byte[] bitmap = ImageFixtures.bytes("palette.bmp");
    ByteBuffer header = ByteBuffer.wrap(bitmap).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(10, 0x65000000).putInt(46, 0x24000000);
    assertThatThrownBy(() -> ImageDecoder.decode(bitmap, DecodeLimits.DEFAULT))
        .isInstanceOf(MediaException.class)
        .hasMessage("the BMP is damaged or cut off: its pixels begin at byte 1694498816 of 378");
  }

  @Test
  @Timeout(10)
  void aTiffWhoseDirectoriesFollowEachOtherForEverIsItsFirstPage() throws Exception {
    byte[] plain = ImageFixtures.bytes("plain.tif");
    int many = 20_000;
    int directory = 2 + 12 + 4;
    byte[] tiff = Arrays.copyOf(plain, plain.length + many * directory);
    ByteBuffer buffer =
        ByteBuffer.wrap(tiff)
            .order(plain[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int first = buffer.getInt(4);
    int next = first + 2 + 12 * buffer.getShort(first);
    buffer.putInt(next, plain.length);
    for (int i = 0; i < many; i++) {
      int at = plain.length + i * directory;
      buffer.position(at).putShort((short) 1).putShort((short) 700).putShort((short) 1);
      buffer.putInt(tiff.length).putInt(0).putInt(at + directory);
    }
    assertThat(ImageDecoder.decode(tiff, DecodeLimits.DEFAULT))
        .isEqualTo(ImageDecoder.decode(plain, DecodeLimits.DEFAULT));
  }
}
