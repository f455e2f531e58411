// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.hubbeam.testdata.DemoFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.Example;

/** {@code embed}, {@code detect} and {@code generate} on the demo's pictures and clips. */
class MediaProgramsTest {

  @TempDir static Path shown;
  @TempDir Path work;
  private static DemoFiles demo;

  @BeforeAll
  static void write() throws IOException {
    demo = DemoFiles.write(shown);
  }

  private Run run(String program, String... options) {
    return Run.of(
        Stream.concat(
                Stream.of(program, "--output=" + work.resolve("out"), "--runner=direct"),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private JsonNode manifest() throws IOException {
    return CliFixtures.json(work.resolve("out.manifest.json"));
  }

  private List<JsonNode> failures(Path file) throws IOException {
    List<JsonNode> failures = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      failures.add(CliFixtures.json(line));
    }
    return failures;
  }

  private List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void everyPictureIsARowOrAFailureWithItsName() throws IOException {
    Path pictures = Files.createDirectories(work.resolve("in"));
    for (String name : List.of("red-circle-1.png", "red-circle-2.jpg", "blue-cross-1.png")) {
      Files.copy(demo.pictures().resolve(name), pictures.resolve(name));
    }
    Files.copy(demo.pictures().resolve("red-circle-2.jpg"), pictures.resolve("really-a-jpeg.png"));
    byte[] whole = Files.readAllBytes(demo.pictures().resolve("red-circle-1.png"));
    Files.write(pictures.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
    Files.write(pictures.resolve("empty.jpg"), new byte[0]);
    Files.writeString(pictures.resolve("text.jpg"), "this is no picture");

    Run run =
        run(
            "embed",
            "--module=" + demo.imageModule(),
            "--inputFormat=image",
            "--input=" + pictures + "/*",
            "--normalize");

    assertThat(run.out()).as(run.err()).startsWith("4 rows, 3 failures, 12 floats each");
    assertThat(run.code()).isZero();
    List<Example> rows = CliFixtures.examples(work.resolve("out"));
    assertThat(rows)
        .extracting(e -> Path.of(CliFixtures.text(e, "file")).getFileName().toString())
        .containsExactlyInAnyOrder(
            "red-circle-1.png", "red-circle-2.jpg", "blue-cross-1.png", "really-a-jpeg.png");
    assertThat(rows)
        .allSatisfy(
            e -> assertThat(e.getFeatures().getFeatureMap()).containsOnlyKeys("file", "embedding"));
    Map<String, List<Float>> vectors = new TreeMap<>();
    rows.forEach(
        e ->
            vectors.put(
                Path.of(CliFixtures.text(e, "file")).getFileName().toString(),
                CliFixtures.floats(e, "embedding")));
    assertThat(vectors.get("really-a-jpeg.png")).isEqualTo(vectors.get("red-circle-2.jpg"));
    assertThat(failures(work.resolve("out.failures.jsonl")))
        .extracting(
            f -> Path.of(f.get("id").asText()).getFileName() + ": " + f.get("reason").asText())
        .containsExactlyInAnyOrder(
            "cut.png: the PNG is cut off at byte " + whole.length / 2,
            "empty.jpg: is empty",
            "text.jpg: is text, not an image");
    assertThat(manifest().get("steps").toString())
        .isEqualTo("[\"images of float32 [?, 64, 64, 3] zero_to_one bilinear stretch\",\"l2\"]");
  }

  @Test
  void clipsBecomeWindowsWithTheirTimesOrOneRowEach() throws IOException {
    String module = "--module=" + demo.clipModule();
    String input = "--input=" + demo.clips() + "/red-*.gif";

    Run windows = run("embed", module, "--inputFormat=video", input, "--stride=4");

    assertThat(windows.out()).as(windows.err()).startsWith("12 rows, 0 failures, 5 floats each");
    assertThat(CliFixtures.examples(work.resolve("out")))
        .filteredOn(e -> CliFixtures.text(e, "file").endsWith("red-up.gif"))
        .extracting(e -> CliFixtures.floats(e, "start_seconds").get(0))
        .containsExactlyInAnyOrder(0f, 0.4f, 0.8f);

    Run clips =
        run("embed", module, "--inputFormat=video", input, "--poolClips=mean", "--overwrite");

    assertThat(clips.out()).as(clips.err()).startsWith("4 rows, 0 failures, 5 floats each");
    for (Example clip : CliFixtures.examples(work.resolve("out"))) {
      List<Float> vector = CliFixtures.floats(clip, "embedding");
      String name = CliFixtures.text(clip, "file");
      int axis = name.contains("left") || name.contains("right") ? 0 : 1;
      boolean forward = name.contains("right") || name.contains("down");
      assertThat(vector.get(axis) > 0.9f || vector.get(axis) < -0.9f).isTrue();
      assertThat(vector.get(axis) > 0).isEqualTo(forward);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--projection=gaussian:1:7", "--project=gaussian:1:7"})
  void modulesAreChainedAndVectorsStoredInBytes(String projection) throws IOException {
    Path texts = Files.write(work.resolve("in.txt"), List.of("1", "2.5", "no number"));
    Path numbers = CliFixtures.numbers(work.resolve("numbers"));
    Path scale = CliFixtures.pairs(work.resolve("pairs"));

    Run run =
        run(
            "embed",
            "--module=" + numbers + "," + scale,
            "--input=" + texts,
            projection,
            "--storage=float16");

    assertThat(run.out()).as(run.err()).startsWith("2 rows, 1 failure");
    assertThat(manifest().get("modules")).hasSize(2);
    assertThat(manifest().at("/modules/1/outputs/embedding").asText()).isEqualTo("pair");
    assertThat(manifest().get("steps").toString())
        .isEqualTo("[\"gaussian projection 1 seed 7, float16\"]");
    for (Example row : CliFixtures.examples(work.resolve("out"))) {
      assertThat(row.getFeatures().getFeatureOrThrow("embedding").getBytesList().getValue(0).size())
          .isEqualTo(2);
      assertThat(row.getFeatures().getFeatureMap()).containsOnlyKeys("text", "embedding");
    }
    assertThat(failures(work.resolve("out.failures.jsonl")).get(0).get("module").asText())
        .isEqualTo(numbers.toString());
  }

  @Test
  void whatADetectorFindsIsWrittenAndDrawn() throws IOException {
    Run run =
        run(
            "detect",
            "--module=" + demo.detector(),
            "--input=" + demo.scenes() + "/*",
            "--draw=" + work.resolve("drawn"),
            "--labels=" + demo.labels());

    assertThat(run.out()).as(run.err()).startsWith("6 rows, 0 failures");
    for (Example scene : CliFixtures.examples(work.resolve("out"))) {
      assertThat(CliFixtures.floats(scene, "num_detections")).containsExactly(3f);
      assertThat(CliFixtures.floats(scene, "detection_scores")).hasSize(3);
      assertThat(CliFixtures.floats(scene, "detection_boxes$ragged_values")).hasSize(12);
      assertThat(scene.getFeatures().getFeatureMap()).doesNotContainKey("image");
      Path file = Path.of(CliFixtures.text(scene, "file"));
      Path drawn = Path.of(CliFixtures.text(scene, "image_file"));
      assertThat(drawn).isEqualTo(work.resolve("drawn").resolve(file.getFileName()));
      BufferedImage before = ImageIO.read(file.toFile());
      BufferedImage after = ImageIO.read(drawn.toFile());
      assertThat(after.getWidth()).isEqualTo(before.getWidth());
      assertThat(differing(before, after))
          .isBetween(200, before.getWidth() * before.getHeight() / 4);
    }
  }

  @Test
  void picturesAreDrawnOnInTheRangeThatTheDetectorTakes() throws IOException {
    Run run =
        run(
            "detect",
            "--module=" + CliFixtures.floatDetector(work.resolve("floats")),
            "--range=minus_one_to_one",
            "--input=" + demo.scenes() + "/scene-1.png",
            "--draw=" + work.resolve("drawn"));

    assertThat(run.out()).as(run.err()).startsWith("1 row, 0 failures");
    BufferedImage before = ImageIO.read(demo.scenes().resolve("scene-1.png").toFile());
    BufferedImage after = ImageIO.read(work.resolve("drawn/scene-1.png").toFile());
    assertThat(after.getRGB(0, 0)).isEqualTo(before.getRGB(0, 0));
    assertThat(differing(before, after)).isBetween(200, before.getWidth() * before.getHeight() / 4);
  }

  private static int differing(BufferedImage one, BufferedImage other) {
    int differing = 0;
    for (int y = 0; y < one.getHeight(); y++) {
      for (int x = 0; x < one.getWidth(); x++) {
        differing += one.getRGB(x, y) == other.getRGB(x, y) ? 0 : 1;
      }
    }
    return differing;
  }

  @Test
  void picturesAreMadeOfNoiseTheSameFromOneSeed() throws IOException {
    String[] options = {
      "--module=" + demo.generator(),
      "--set=truncation=0.7",
      "--madeRange=minus_one_to_one",
      "--count=5",
      "--noiseSeed=3"
    };

    Run run = run("generate", options);

    assertThat(run.out()).as(run.err()).startsWith("5 images, 0 failures");
    assertThat(names(work.resolve("out")))
        .containsExactly(
            "failures.jsonl",
            "image-000000.png",
            "image-000001.png",
            "image-000002.png",
            "image-000003.png",
            "image-000004.png",
            "manifest.json");
    byte[] first = Files.readAllBytes(work.resolve("out/image-000003.png"));
    assertThat(first).isNotEqualTo(Files.readAllBytes(work.resolve("out/image-000002.png")));
    Run again =
        run(
            "generate",
            Stream.concat(Stream.of(options), Stream.of("--batchRows=2", "--overwrite"))
                .toArray(String[]::new));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(Files.readAllBytes(work.resolve("out/image-000003.png"))).isEqualTo(first);
  }

  @Test
  void aPictureOutsideOfTheRangeIsAFailureAndNotAnotherPicture() throws IOException {
    Run run = run("generate", "--module=" + demo.generator(), "--set=truncation=3", "--count=2");

    assertThat(run.out()).as(run.err()).startsWith("0 images, 2 failures");
    assertThat(run.code()).isEqualTo(1);
    assertThat(failures(work.resolve("out/failures.jsonl")).get(0).get("reason").asText())
        .startsWith("the image has the value -")
        .endsWith("which is none of ZERO_TO_ONE");
  }

  @Test
  void wrongUseIsToldWithWhatTheModuleTakes() {
    String image = "--module=" + demo.imageModule();
    String input = "--input=" + demo.pictures() + "/*";
    String clips = "--input=" + demo.clips() + "/*";

    assertThat(run("embed", image, "--inputFormat=video", clips).err())
        .contains("no input is suitable; the function takes [images: float32 [?, 64, 64, 3]]");
    assertThat(run("embed", image, "--inputFormat=image", input, "--imageSize=32").err())
        .contains("images of float32 [?, 32, 32, 3] do not fit the input images: float32");
    assertThat(run("embed", image, "--inputFormat=image", input, "--imageSize=big").err())
        .contains("--imageSize=big must be HEIGHTxWIDTH");
    assertThat(run("embed", image, "--inputFormat=image", input, "--column=a").err())
        .contains("--inputFormat=image reads whole files");
    assertThat(run("embed", image, "--inputFormat=image", input, "--projection=umap:2").err())
        .contains("--projection=umap:2 must be pca:N");
    assertThat(
            run("embed", image, "--inputFormat=image", input, "--function=a", "--function=b").err())
        .contains("--function is given 2 times for 1 module");
    assertThat(run("generate", "--module=" + demo.generator()).err())
        .contains(
            "cannot generate noise for the input truncation: float32 []; set its value with"
                + " --set=truncation=VALUE");
    assertThat(run("generate", "--module=" + demo.generator(), "--set=speed=1").err())
        .contains("--set=speed=1: no such input; the function takes [truncation: float32 []");
  }
}
