// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Real clips, H.264: their frames as PyAV decodes them, their colours by BT.601. */
class CorpusVideosTest {

  private static final ClipSpec FRAMES =
      ClipSpec.DEFAULT
          .withWindow(ClipWindow.of(1))
          .withImage(ImageSpec.DEFAULT.withDtype(DType.UINT8));

  @TestFactory
  Stream<DynamicTest> framesAreThoseThatPythonSees() throws IOException {
    JsonNode python =
        new ObjectMapper()
            .readTree(CorpusVideosTest.class.getResourceAsStream("corpus_videos.json"));
    return python.properties().stream()
        .map(
            video ->
                DynamicTest.dynamicTest(
                    video.getKey(),
                    () ->
                        check(
                            TestFiles.corpus("data/videos/" + video.getKey()), video.getValue())));
  }

  private static void check(Path file, JsonNode python) throws Exception {
    int frames = 0;
    double last = 0;
    try (ClipReader reader = ClipReader.open(file, FRAMES)) {
      for (Clip clip = reader.next(); clip != null; clip = reader.next()) {
        for (Map.Entry<String, JsonNode> blocks : python.get("blocks").properties()) {
          if (blocks.getKey().equals(Integer.toString(frames))) {
            assertThat(difference(clip, blocks.getValue())).as("frame %d", frames).isLessThan(0.5);
          }
        }
        frames++;
        last = clip.endSeconds();
      }
    }
    assertThat(frames).isEqualTo(python.get("frames").asInt());
    assertThat(last).isCloseTo(python.get("last").asDouble(), within(0.001));
  }

  /** The mean absolute difference of the colours of 8 x 8 blocks. */
  private static double difference(Clip clip, JsonNode blocks) {
    Values.Numbers values = (Values.Numbers) clip.frames().values();
    int height = clip.frames().dims().get(1).intValue();
    int width = clip.frames().dims().get(2).intValue();
    double[] sums = new double[8 * 8 * 3];
    for (int i = 0; i < values.size(); i++) {
      int x = i / 3 % width;
      int y = i / 3 / width;
      sums[(y * 8 / height * 8 + x * 8 / width) * 3 + i % 3] += values.getLong(i);
    }
    double sum = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += Math.abs(sums[i] * 64 / height / width - blocks.get(i).asDouble());
    }
    return sum / sums.length;
  }
}
