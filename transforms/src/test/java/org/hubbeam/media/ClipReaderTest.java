package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClipReaderTest {
  @TempDir Path folder;

  private static final ClipSpec SIXTEEN = ClipSpec.DEFAULT;

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

  private static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mkv", "avi", "webm", "gif"})
  void everyFrameOfEveryFormatIsThereOnceWithItsTime(String ending) throws Exception {
    Path file = NumberedFrames.write(folder.resolve("clip." + ending), 40, 10);
    List<Clip> clips = read(file, SIXTEEN);
    assertThat(clips).hasSize(3);
    assertThat(NumberedFrames.numbers(clips.get(0))).isEqualTo(range(0, 16));
    assertThat(NumberedFrames.numbers(clips.get(1))).isEqualTo(range(16, 32));
    assertThat(NumberedFrames.numbers(clips.get(2))).isEqualTo(range(24, 40));
    assertThat(clips.get(1).startSeconds()).isCloseTo(1.6, within(0.002));
    assertThat(clips.get(1).endSeconds()).isCloseTo(3.1, within(0.002));
    assertThat(clips.get(0).frames().dims()).containsExactly(16L, 48L, 64L, 3L);
  }

  @Test
  void framesAreSampledByRateAndByCount() throws Exception {
    for (String ending : List.of("mkv", "mp4")) {
      Path file = NumberedFrames.write(folder.resolve("clip30." + ending), 60, 30);
      ClipSpec four = SIXTEEN.withWindow(ClipWindow.of(4));
      assertThat(numbers(read(file, four.withSampling(FrameSampling.rate(10)))))
          .containsExactly(
              0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45, 48, 51, 54, 57);
      assertThat(numbers(read(file, four.withSampling(FrameSampling.rate(30)))))
          .containsExactly(range(0, 60));
      assertThat(numbers(read(file, four.withSampling(FrameSampling.rate(60)))))
          .containsExactly(IntStream.range(0, 120).map(i -> i / 2).toArray());
      assertThat(numbers(read(file, four.withSampling(FrameSampling.count(4)))))
          .containsExactly(7, 22, 37, 52);
    }
  }

  private static int[] numbers(List<Clip> clips) {
    return clips.stream().map(NumberedFrames::numbers).flatMapToInt(Arrays::stream).toArray();
  }

  @Test
  void cutClipIsGivenUpToTheCutAndThenThrown() throws Exception {
    for (String ending : List.of("mkv", "avi", "webm", "gif")) {
      Path file = NumberedFrames.write(folder.resolve("clip." + ending), 100, 10);
      byte[] bytes = Files.readAllBytes(file);
      for (int cut : new int[] {bytes.length / 2, bytes.length * 3 / 4}) {
        try (ClipReader reader =
            ClipReader.open(Arrays.copyOf(bytes, cut), SIXTEEN.withWindow(ClipWindow.of(5)))) {
          List<Integer> seen = new ArrayList<>();
          assertThatThrownBy(
                  () -> {
                    for (Clip clip = reader.next(); clip != null; clip = reader.next()) {
                      Arrays.stream(NumberedFrames.numbers(clip)).forEach(seen::add);
                    }
                  },
                  ending)
              .isInstanceOf(MediaException.class)
              .satisfies(e -> System.out.println(e.getMessage()));
          System.out.println(ending + " " + seen);
        }
      }
    }
  }
}
