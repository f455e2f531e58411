// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchSource;
import org.hubbeam.inference.Limits;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.PlainBatchCoder;
import org.hubbeam.inference.RunModule;
import org.hubbeam.inference.ZooPipeline;
import org.hubbeam.media.ClipSpec;
import org.hubbeam.media.ClipWindow;
import org.hubbeam.media.NumberedFrames;
import org.hubbeam.media.WavFiles;
import org.hubbeam.model.Goldens;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodeClipsTest {
  @TempDir Path folder;
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static final ClipSpec FOUR = ClipSpec.DEFAULT.withWindow(ClipWindow.of(4));

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  /** {@code file start-end numbers} of each row. */
  private static List<String> rows(Iterable<Batch> batches) {
    List<String> rows = new ArrayList<>();
    for (Batch batch : batches) {
      for (int i = 0; i < batch.rows(); i++) {
        Batch row = batch.slice(i, i + 1);
        Array.Dense clip = (Array.Dense) row.column("clip");
        int[] numbers =
            NumberedFrames.numbers(
                new Array.Dense(clip.dims().subList(1, clip.dims().size()), clip.values()));
        String file = ((Values.Strings) row.column("file").values()).text(0);
        rows.add(
            String.format(
                java.util.Locale.ROOT,
                "%s %.1f-%.1f %s",
                file.substring(file.lastIndexOf('/') + 1),
                (float) row.column("start_seconds").values().get(0),
                (float) row.column("end_seconds").values().get(0),
                Arrays.toString(numbers)));
      }
    }
    return rows;
  }

  @Test
  void everyFileIsWindowsOrOneFailureUnderItsName() throws IOException {
    byte[] good = Files.readAllBytes(NumberedFrames.write(folder.resolve("a good.mkv"), 10, 10));
    write("b empty.mp4", new byte[0]);
    write("c text.mp4", "not a clip\n".repeat(99).getBytes(StandardCharsets.UTF_8));
    write("d sound.mp4", WavFiles.sine(8000, 1, 440));
    write("e cut.mkv", Arrays.copyOf(good, good.length * 3 / 4));
    NumberedFrames.write(folder.resolve("f short.gif"), 2, 10);
    MediaResult result =
        pipeline.apply(BatchSource.fileNames(folder + "/*")).batches().apply(DecodeClips.of(FOUR));
    PAssert.that(result.batches())
        .satisfies(
            batches -> {
              assertThat(new TreeSet<>(rows(batches)))
                  .containsExactly(
                      "a good.mkv 0.0-0.3 [0, 1, 2, 3]",
                      "a good.mkv 0.4-0.7 [4, 5, 6, 7]",
                      "a good.mkv 0.6-0.9 [6, 7, 8, 9]",
                      "e cut.mkv 0.0-0.3 [0, 1, 2, 3]",
                      "f short.gif 0.0-0.1 [0, 1, 1, 1]");
              return null;
            });
    PAssert.that(result.failures())
        .satisfies(
            failures -> {
              Map<String, String> reasons = new LinkedHashMap<>();
              for (Failure failure : failures) {
                Path file = Path.of(failure.id());
                assertThat(failure.column()).isEqualTo("file");
                assertThat(reasons.put(file.getFileName().toString(), failure.reason())).isNull();
              }
              assertThat(reasons.keySet())
                  .containsExactlyInAnyOrder(
                      "b empty.mp4", "c text.mp4", "d sound.mp4", "e cut.mkv");
              assertThat(reasons.get("d sound.mp4")).isEqualTo("no video track");
              assertThat(reasons.get("e cut.mkv"))
                  .endsWith("(the clip's first 1 windows are whole)");
              return null;
            });
    pipeline.run();
  }

  @Test
  void bytesAreDecodedInOrderIntoBatchesOfTheAllowedSize() throws IOException {
    byte[] ten = Files.readAllBytes(NumberedFrames.write(folder.resolve("ten.avi"), 10, 10));
    byte[] six = Files.readAllBytes(NumberedFrames.write(folder.resolve("six.mp4"), 6, 10));
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("file", Array.Dense.vector(Values.of("ten", "none", "six")));
    columns.put(
        "content", Array.Ragged.of(Values.ofBytes(List.of(ten, six)), new int[] {0, 1, 1, 2}));
    long window = 4L * 48 * 64 * 3 * 4;
    MediaResult result =
        pipeline
            .apply(Create.of(List.of(Batch.of(columns))).withCoder(new PlainBatchCoder()))
            .apply(
                DecodeClips.of(FOUR)
                    .withBytesColumn("content")
                    .withLimits(Limits.DEFAULT.withBytes(2 * window)));
    PAssert.that(result.batches())
        .satisfies(
            batches -> {
              List<String> all = new ArrayList<>();
              List<Integer> sizes = new ArrayList<>();
              List<Batch> ordered = new ArrayList<>();
              batches.forEach(ordered::add);
              ordered.sort(
                  java.util.Comparator.comparing(b -> rows(List.of(b)).get(0).startsWith("six")));
              for (Batch batch : ordered) {
                assertThat(batch.columns().keySet())
                    .containsExactly("file", "start_seconds", "end_seconds", "clip");
                sizes.add(batch.rows());
                all.addAll(rows(List.of(batch)));
              }
              assertThat(all)
                  .containsExactlyInAnyOrder(
                      "ten 0.0-0.3 [0, 1, 2, 3]",
                      "ten 0.4-0.7 [4, 5, 6, 7]",
                      "ten 0.6-0.9 [6, 7, 8, 9]",
                      "six 0.0-0.3 [0, 1, 2, 3]",
                      "six 0.2-0.5 [2, 3, 4, 5]");
              assertThat(sizes).containsExactlyInAnyOrder(2, 2, 1);
              return null;
            });
    PAssert.that(result.failures())
        .containsInAnyOrder(Failure.reading("none", "content", "has 0 encoded files, not one"));
    pipeline.run();
  }

  @Test
  void missingFileIsAFailure() {
    Batch batch = Batch.of(Map.of("file", Array.Dense.vector(Values.of(folder + "/none.mp4"))));
    MediaResult result =
        pipeline
            .apply(Create.of(List.of(batch)).withCoder(new PlainBatchCoder()))
            .apply(DecodeClips.of(FOUR));
    PAssert.that(result.batches()).empty();
    PAssert.that(result.failures())
        .satisfies(
            failures -> {
              assertThat(failures.iterator().next().reason())
                  .startsWith("the file cannot be read: ");
              return null;
            });
    pipeline.run();
  }

  @Test
  void clipsOfTheCorpusHavePythonsLogits() throws IOException {
    Path videos = TestFiles.corpus("data/videos");
    JsonNode python =
        new ObjectMapper()
            .readTree(Goldens.class.getResourceAsStream("/org/hubbeam/media/corpus_videos.json"));
    ArraySpec input =
        new ArraySpec("rgb_input", DType.FLOAT32, Shape.of(-1, 6, 20, 16, 3), Layout.DENSE);
    ModuleSpec spec =
        ZooPipeline.spec("video_i3d", "default")
            .withInput("rgb_input", "clip")
            .withOutput("default", "logits");
    MediaResult clips =
        pipeline
            .apply(BatchSource.fileNames(videos + "/*.m[kp][v4]"))
            .batches()
            .apply(DecodeClips.of(ClipSpec.forInput(input).withMaxFrames(6)));
    PAssert.that(clips.batches().apply(RunModule.of(spec)).batches())
        .satisfies(
            batches -> {
              int rows = 0;
              for (Batch batch : batches) {
                float[] logits = ZooPipeline.floats(batch.column("logits"));
                for (int i = 0; i < batch.rows(); i++) {
                  String file = ((Values.Strings) batch.column("file").values()).text(i);
                  JsonNode wanted = python(python, file);
                  for (int j = 0; j < 7; j++) {
                    assertThat(logits[7 * i + j])
                        .as(file)
                        .isCloseTo((float) wanted.get(j).asDouble(), within(0.02f));
                  }
                  rows++;
                }
              }
              assertThat(rows).isEqualTo(python.size());
              return null;
            });
    pipeline.run();
  }

  private static JsonNode python(JsonNode python, String file) {
    return python.get(file.substring(file.lastIndexOf('/') + 1)).get("logits");
  }
}
