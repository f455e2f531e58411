// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClipReaderTest {
  @TempDir Path folder;

  private static final ClipSpec SIXTEEN = ClipSpec.DEFAULT;
  private static final ClipSpec FOUR = SIXTEEN.withWindow(ClipWindow.of(4));

  private static List<Clip> read(Path file, ClipSpec spec) throws IOException, MediaException {
    try (ClipReader reader = ClipReader.open(file, spec)) {
      return rest(reader);
    }
  }

  private static List<Clip> rest(ClipReader reader) throws IOException, MediaException {
    List<Clip> clips = new ArrayList<>();
    for (Clip clip = reader.next(); clip != null; clip = reader.next()) {
      clips.add(clip);
    }
    return clips;
  }

  private static int[] numbers(List<Clip> clips) {
    return clips.stream().map(NumberedFrames::numbers).flatMapToInt(Arrays::stream).toArray();
  }

  private static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  private Path clip(String name, int frames, int framesPerSecond) {
    return NumberedFrames.write(folder.resolve(name), frames, framesPerSecond);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mkv", "avi", "webm", "gif"})
  void everyFrameOfEveryFormatIsThereOnceWithItsTime(String ending) throws Exception {
    Path named = clip("clip." + ending, 40, 10);
    Path file = Files.move(named, folder.resolve("told by its bytes, nicht vom Namen \u00e9"));
    List<Clip> clips = read(file, SIXTEEN);
    assertThat(clips).hasSize(3);
    assertThat(NumberedFrames.numbers(clips.get(0))).isEqualTo(range(0, 16));
    assertThat(NumberedFrames.numbers(clips.get(1))).isEqualTo(range(16, 32));
    assertThat(NumberedFrames.numbers(clips.get(2))).isEqualTo(range(24, 40));
    assertThat(clips.get(1).startSeconds()).isCloseTo(1.6, within(0.002));
    assertThat(clips.get(1).endSeconds()).isCloseTo(3.1, within(0.002));
    assertThat(clips.get(0).frames().dims()).containsExactly(16L, 48L, 64L, 3L);
    try (ClipReader reader = ClipReader.open(Files.readAllBytes(file), SIXTEEN)) {
      assertThat(rest(reader)).as("from bytes").isEqualTo(clips);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mkv", "mp4"})
  void framesAreSampledByRateAndByCount(String ending) throws Exception {
    Path file = clip("clip30." + ending, 60, 30);
    assertThat(numbers(read(file, FOUR.withSampling(FrameSampling.rate(10)))))
        .containsExactly(IntStream.range(0, 20).map(i -> 3 * i).toArray());
    assertThat(numbers(read(file, FOUR.withSampling(FrameSampling.rate(30)))))
        .containsExactly(range(0, 60));
    assertThat(numbers(read(file, FOUR.withSampling(FrameSampling.rate(60)))))
        .containsExactly(IntStream.range(0, 120).map(i -> i / 2).toArray());
    assertThat(numbers(read(file, FOUR.withSampling(FrameSampling.count(4)))))
        .containsExactly(7, 22, 37, 52);
    assertThat(numbers(read(file, FOUR.withSampling(FrameSampling.count(120)))))
        .as("more than there are")
        .containsExactly(IntStream.range(0, 120).map(i -> i / 2).toArray());
  }

  @Test
  void windowsOverlapLeaveOutAndEndAsAskedFor() throws Exception {
    Path file = clip("clip.mkv", 11, 10);
    ClipSpec overlapping = SIXTEEN.withWindow(ClipWindow.of(4).withStride(2));
    assertThat(numbers(read(file, overlapping)))
        .containsExactly(0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9, 7, 8, 9, 10);
    assertThat(numbers(read(file, overlapping.withRest(ClipRest.LEFT_OUT))))
        .containsExactly(0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9);
    assertThat(numbers(read(file, SIXTEEN.withWindow(ClipWindow.of(2).withStride(4)))))
        .containsExactly(0, 1, 4, 5, 8, 9);
    assertThat(numbers(read(file, SIXTEEN.withWindow(ClipWindow.of(3).withStride(5)))))
        .as("a window that has begun is moved back")
        .containsExactly(0, 1, 2, 5, 6, 7, 8, 9, 10);
  }

  @Test
  void shortClipsArePaddedOrRefused() throws Exception {
    Path file = clip("short.mkv", 3, 10);
    ClipSpec five = SIXTEEN.withWindow(ClipWindow.of(5));
    List<Clip> padded = read(file, five);
    assertThat(numbers(padded)).containsExactly(0, 1, 2, 2, 2);
    assertThat(padded.get(0).endSeconds()).isCloseTo(0.2, within(0.002));
    ClipSpec black =
        five.withPadding(ClipPadding.BLACK)
            .withImage(ImageSpec.DEFAULT.withRange(PixelRange.MINUS_ONE_TO_ONE));
    Clip blackened = read(file, black).get(0);
    assertThat(NumberedFrames.numbers(blackened)).containsExactly(0, 1, 2, 0, 0);
    Values.Numbers values = (Values.Numbers) blackened.frames().values();
    assertThat(values.getFloat(values.size() - 1)).isEqualTo(-1f);
    assertThatThrownBy(() -> read(file, five.withPadding(ClipPadding.NONE)))
        .isInstanceOf(MediaException.class)
        .hasMessage("3 frames, which do not fill a window of 5");
  }

  @Test
  void coloursAreThoseThatWereWritten() throws Exception {
    Path file = folder.resolve("colours.avi");
    int[][] colours = {{200, 40, 60}, {30, 180, 70}, {20, 60, 220}, {128, 128, 128}};
    ImageSize size = new ImageSize(32, 48);
    try (ClipWriter writer = new ClipWriter(file, size, 5)) {
      for (int[] colour : colours) {
        byte[] pixels = new byte[(int) size.pixels() * 3];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (byte) colour[i % 3];
        }
        writer.add(new Image(size, Channels.RGB, pixels));
      }
    }
    ImageSpec image = ImageSpec.DEFAULT.withDtype(DType.UINT8).withSize(new ImageSize(8, 8));
    Values.Numbers values =
        (Values.Numbers) read(file, FOUR.withImage(image)).get(0).frames().values();
    for (int frame = 0; frame < 4; frame++) {
      for (int i = 0; i < 8 * 8 * 3; i++) {
        assertThat(values.getLong(frame * 8 * 8 * 3 + i))
            .as("frame %d, value %d", frame, i)
            .isCloseTo(colours[frame][i % 3], within(4L));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {90, 180, 270})
  void framesAreTurnedAsTheFileSays(int degrees) throws Exception {
    byte[] bytes = Files.readAllBytes(clip("turned.mp4", 4, 10));
    int[][] matrices = {{0, 1, -1, 0}, {-1, 0, 0, -1}, {0, -1, 1, 0}};
    int at = find(bytes, "tkhd") + 4 + 40;
    int[] matrix = matrices[degrees / 90 - 1];
    ByteBuffer header = ByteBuffer.wrap(bytes);
    for (int i = 0; i < 4; i++) {
      header.putInt(at + 4 * (i + i / 2), matrix[i] << 16);
    }
    Path plain = folder.resolve("turned.mp4");
    Image upright = image(read(plain, FOUR).get(0));
    Path file = Files.write(folder.resolve("matrix.mp4"), bytes);
    Image turned = image(read(file, FOUR).get(0));
    int number = degrees == 90 ? 6 : degrees == 180 ? 3 : 8;
    assertThat(turned).isEqualTo(ExifOrientation.upright(upright, number));
    ImageSpec stored =
        ImageSpec.DEFAULT.withDecoding(Decoding.DEFAULT.withOrientation(Orientation.IGNORE));
    assertThat(image(read(file, FOUR.withImage(stored)).get(0))).isEqualTo(upright);
  }

  /** The second frame of a clip, of which the bars show the number 1. */
  private static Image image(Clip clip) {
    List<Long> dims = clip.frames().dims();
    ImageSize size = new ImageSize(dims.get(1).intValue(), dims.get(2).intValue());
    Values.Numbers values = (Values.Numbers) clip.frames().slice(1, 2).values();
    byte[] pixels = new byte[values.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.round(255 * values.getFloat(i));
    }
    return new Image(size, Channels.RGB, pixels);
  }

  private static int find(byte[] bytes, String what) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mkv", "avi", "webm"})
  void cutClipIsGivenUpToTheCutAndThenThrown(String ending) throws Exception {
    byte[] bytes = Files.readAllBytes(clip("clip." + ending, 100, 10));
    List<Clip> clips = new ArrayList<>();
    byte[] cut = Arrays.copyOf(bytes, bytes.length * 3 / 4);
    try (ClipReader reader = ClipReader.open(cut, FOUR)) {
      assertThatThrownBy(
              () -> {
                for (Clip clip = reader.next(); clip != null; clip = reader.next()) {
                  clips.add(clip);
                }
              })
          .isInstanceOf(MediaException.class)
          .hasMessageMatching("it (ends|is damaged) after .* windows are whole\\)");
    }
    int[] seen = numbers(clips);
    assertThat(seen).hasSizeBetween(20, 96).containsExactly(range(0, seen.length));
  }

  @Test
  void whatIsNoClipIsRefusedWithAReason() throws Exception {
    byte[] mp4 = Files.readAllBytes(clip("clip.mp4", 20, 10));
    byte[] gif = Files.readAllBytes(clip("clip.gif", 20, 10));
    assertRefused(new byte[0], "no clip and no sound of a known format.*");
    assertRefused("#EXTM3U\nfile:///etc/passwd\n".getBytes(StandardCharsets.UTF_8), "no clip.*");
    assertRefused("ffconcat version 1.0\nfile a\n".getBytes(StandardCharsets.UTF_8), "no clip.*");
    assertRefused("A text, not a clip.\n".repeat(500).getBytes(StandardCharsets.UTF_8), "no cl.*");
    assertRefused(Arrays.copyOf(mp4, mp4.length / 8), "no clip.*");
    assertRefused(Arrays.copyOf(gif, gif.length / 2), "the GIF is cut off");
    assertRefused(WavFiles.sine(16000, 1, 440), "no video track");
  }

  private static void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(
            () -> {
              try (ClipReader reader = ClipReader.open(bytes, FOUR)) {
                rest(reader);
              }
            })
        .isInstanceOf(MediaException.class)
        .hasMessageMatching(reason);
  }

  @Test
  void framesThatAreTooLargeAreRefusedByTheHeader() throws Exception {
    byte[] gif = Files.readAllBytes(clip("clip.gif", 4, 10));
    gif[6] = gif[8] = 0x50;
    gif[7] = gif[9] = (byte) 0xc3;
    assertRefused(gif, "the header says 50000 x 50000 pixels; at most 50000000 are allowed");
    Path file = clip("clip.avi", 4, 10);
    byte[] avi = Files.readAllBytes(file);
    ByteBuffer header = ByteBuffer.wrap(avi).order(ByteOrder.LITTLE_ENDIAN);
    int size = find(avi, "strf") + 8 + 4;
    header.putInt(size, 50000).putInt(size + 4, 50000);
    assertRefused(avi, "the header says 50000 x 50000 pixels; .*");
    Decoding few = Decoding.DEFAULT.withLimits(new DecodeLimits(48 * 64 - 1));
    assertThatThrownBy(() -> read(file, FOUR.withImage(ImageSpec.DEFAULT.withDecoding(few))))
        .isInstanceOf(MediaException.class)
        .hasMessage("the header says 48 x 64 pixels; at most 3071 are allowed");
  }

  @Test
  void headerThatPromisesHoursIsNotBelieved() throws Exception {
    byte[] mkv = Files.readAllBytes(clip("clip.mkv", 20, 10));
    int duration = new String(mkv, StandardCharsets.ISO_8859_1).indexOf("D\u0089\u0088");
    ByteBuffer.wrap(mkv).putDouble(duration + 3, 100 * 3600 * 1000.0);
    Path file = Files.write(folder.resolve("hours.mkv"), mkv);
    for (FrameSampling sampling : List.of(FrameSampling.every(), FrameSampling.count(20))) {
      try (ClipReader reader = ClipReader.open(file, FOUR.withSampling(sampling))) {
        List<Clip> clips = new ArrayList<>();
        assertThatThrownBy(
                () -> {
                  for (Clip clip = reader.next(); clip != null; clip = reader.next()) {
                    clips.add(clip);
                  }
                })
            .isInstanceOf(MediaException.class)
            .hasMessage(
                "it ends after 2.00 of 360000.00 seconds (the clip's first 5 windows are whole)");
        assertThat(numbers(clips)).containsExactly(range(0, 20));
      }
    }
  }

  @Test
  void clipOfTooManyFramesIsAFailureBehindItsFirstWindows() throws Exception {
    Path file = clip("clip.mkv", 20, 10);
    try (ClipReader reader = ClipReader.open(file, FOUR.withMaxFrames(6))) {
      assertThat(NumberedFrames.numbers(reader.next())).containsExactly(0, 1, 2, 3);
      assertThatThrownBy(reader::next)
          .hasMessage("more than 6 frames (the clip's first 1 windows are whole)");
    }
  }

  @Test
  void manyClipsAreReadAtOnce() throws Exception {
    byte[] bytes = Files.readAllBytes(clip("clip.webm", 40, 10));
    List<Clip> alone = read(folder.resolve("clip.webm"), SIXTEEN);
    ExecutorService threads = Executors.newFixedThreadPool(24);
    try {
      Callable<List<Clip>> one =
          () -> {
            try (ClipReader reader = ClipReader.open(bytes, SIXTEEN)) {
              return rest(reader);
            }
          };
      for (Future<List<Clip>> clips :
          threads.invokeAll(IntStream.range(0, 96).mapToObj(i -> one).toList())) {
        assertThat(clips.get()).isEqualTo(alone);
      }
    } finally {
      threads.shutdown();
    }
  }
}
