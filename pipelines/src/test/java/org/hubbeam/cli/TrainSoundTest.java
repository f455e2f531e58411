// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module that takes one sound and gives frames of vectors: as it is, and trained. */
class TrainSoundTest {

  private static final int RATE = 16_000;

  @TempDir private static Path sounds;
  @TempDir private Path work;

  @BeforeAll
  static void writeSounds() throws IOException {
    Random random = new Random(5);
    for (int i = 0; i < 60; i++) {
      boolean tone = i % 2 == 0;
      int samples = 4_000 + random.nextInt(8_000);
      double step = 2 * Math.PI * (200 + random.nextInt(1_300)) / RATE;
      double loudness = 0.2 + 0.6 * random.nextDouble();
      ByteBuffer bytes = ByteBuffer.allocate(2 * samples).order(ByteOrder.LITTLE_ENDIAN);
      for (int t = 0; t < samples; t++) {
        double value = tone ? loudness * Math.sin(step * t) : 0.25 * random.nextGaussian();
        bytes.putShort((short) (32_767 * Math.max(-1, Math.min(1, value))));
      }
      Path folder = Files.createDirectories(sounds.resolve(tone ? "tone" : "noise"));
      AudioFormat format = new AudioFormat(RATE, 16, 1, true, false);
      try (AudioInputStream in =
          new AudioInputStream(new ByteArrayInputStream(bytes.array()), format, samples)) {
        AudioSystem.write(in, AudioFileFormat.Type.WAVE, folder.resolve(i + ".wav").toFile());
      }
    }
  }

  private Run run(String program, Path module, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                program,
                "--module=" + module,
                "--input=" + sounds + "/*/*.wav",
                "--label=folder",
                "--runner=direct"));
    all.addAll(List.of(more));
    return Run.of(all.toArray(String[]::new));
  }

  private Run train(String output, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("--outputKey=output_1", "--output=" + work.resolve(output), "--rate=0.02"));
    all.addAll(List.of(more));
    return run("train", TestFiles.zoo("audio_yamnet"), all.toArray(String[]::new));
  }

  /** Both parts of the report together say what evaluating the written module says. */
  private JsonNode checked(String output) throws IOException {
    JsonNode parts = CliFixtures.json(work.resolve(output).resolve("report.json")).path("parts");
    Path evaluation = work.resolve(output + "_evaluation");
    Run evaluated = run("evaluate", work.resolve(output), "--output=" + evaluation);
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    JsonNode all = CliFixtures.json(evaluation.resolve("report.json")).path("parts").get(0);
    double loss = 0;
    int rows = 0;
    for (JsonNode part : parts) {
      assertThat(part.path("classes")).hasSize(2);
      rows += part.path("rows").asInt();
      loss += part.path("rows").asInt() * part.path("log_loss").asDouble();
    }
    assertThat(all.path("rows").asInt()).isEqualTo(60).isEqualTo(rows);
    assertThat(all.path("log_loss").asDouble()).isCloseTo(loss / rows, within(1e-5));
    assertThat(all.path("accuracy").asDouble()).isGreaterThan(0.9);
    return all;
  }

  @Test
  void framesArePooledInTheJobAndInTheWrittenModule() throws IOException {
    Run frozen = train("frozen", "--epochs=100");

    assertThat(frozen.code()).as(frozen.err()).isZero();
    assertThat(frozen.err()).contains("60 rows, 0 failures, 12 floats each");
    double first = checked("frozen").path("log_loss").asDouble();

    Run tuned = train("tuned", "--epochs=40", "--trainable", "--moduleRate=0.01");

    assertThat(tuned.code()).as(tuned.err()).isZero();
    assertThat(checked("tuned").path("log_loss").asDouble()).isLessThan(first);
  }

  @Test
  void sequencesCanBePooledInOtherWays() throws IOException {
    Run max = train("max", "--epochs=100", "--pool=MAX");

    assertThat(max.code()).as(max.err()).isZero();
    checked("max");
  }

  @Test
  void vectorsAreNotPooled() throws IOException {
    Path table = Files.writeString(work.resolve("t.csv"), "text,label\na b,x\nb c,y\n");
    Run run =
        Run.of(
            "train",
            "--module=" + TestFiles.zoo("nnlm"),
            "--input=" + table,
            "--column=text",
            "--label=label",
            "--pool=MEAN",
            "--output=" + work.resolve("out"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("--pool=MEAN is for sequences of vectors");
  }
}
