// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.media.Clip;
import org.hubbeam.media.ClipReader;
import org.hubbeam.media.ClipSpec;
import org.hubbeam.media.DecodeLimits;
import org.hubbeam.media.ImageDecoder;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs with native libraries, one after the other in one worker. */
class NativesOfJobsTest {

  private static final String CACHE = "-Dorg.bytedeco.javacpp.cachedir=";

  private static final String CLIP = job(ReadClip.class, "testdata/fuzz/clip/clip.mp4");
  private static final String WEBP =
      job(DecodePicture.class, "testdata/fuzz/picture-webp/lossy.webp");
  private static final String HEIC =
      job(DecodePicture.class, "testdata/fuzz/picture-heif/grid.heic");
  private static final String EMBED = job(Embed.class, "testdata/zoo/swivel20");

  /** The most callbacks that JavaCPP has is ten. */
  private static final int MANY = 12;

  @TempDir Path work;

  private static String job(Class<? extends Worker.Job> job, String file) {
    return job.getName() + " " + TestFiles.root().resolve(file);
  }

  static final class ReadClip implements Worker.Job {
    @Override
    public String run(String file) throws Exception {
      try (ClipReader reader = ClipReader.open(Path.of(file), ClipSpec.DEFAULT)) {
        List<Clip> clips = new ArrayList<>();
        for (Clip clip = reader.next(); clip != null; clip = reader.next()) {
          clips.add(clip);
        }
        return clips.get(0).frames().dims() + " of " + clips.size();
      }
    }
  }

  static final class DecodePicture implements Worker.Job {
    @Override
    public String run(String file) throws Exception {
      return ImageDecoder.decode(Files.readAllBytes(Path.of(file)), DecodeLimits.DEFAULT)
          .size()
          .toString();
    }
  }

  /** Calls a module with a text that is longer than a string of TensorFlow's has room for. */
  static final class Embed implements Worker.Job {
    @Override
    public String run(String folder) throws Exception {
      try (Module module = Module.load(folder)) {
        ModuleFunction function = module.function(FunctionChoice.ANY);
        Array text = Array.Dense.vector(Values.of("the cat sat on the mat and slept"));
        String input = function.inputs().get(0).name();
        return function.call(Map.of(input, text)).values().stream()
            .map(a -> ((Array.Dense) a).dims() + " " + ((Array.Dense) a).values())
            .toList()
            .toString();
      }
    }
  }

  @Test
  void whatTheClusterHasEveryJobUses() throws Exception {
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      jobs.addAll(List.of(CLIP, EMBED));
    }
    jobs.addAll(List.of(WEBP, WEBP, HEIC, HEIC));
    List<String> lines = Worker.withNatives().run(work, jobs);
    assertThat(lines).hasSameSizeAs(jobs).allMatch(line -> line.startsWith("done "));
    for (int i = 2; i < 2 * MANY; i++) {
      assertThat(lines.get(i)).isEqualTo(lines.get(i - 2));
    }
  }

  @Test
  void jobsThatBringFfmpegAreRefusedAndHarmNoOther() throws Exception {
    Worker worker =
        Worker.with(
            jar -> Worker.hasNatives(jar) && !jar.contains("/ffmpeg-"),
            jar -> !Worker.hasNatives(jar) || jar.contains("/ffmpeg-"));
    assertRefused(worker.run(work, List.of(CLIP, EMBED, CLIP, WEBP, HEIC, EMBED)), "FFmpeg's jars");
  }

  @Test
  void jobsThatBringFfmpegAndJavaCppAreRefusedAndHarmNoOther() throws Exception {
    Worker worker =
        Worker.with(
            jar -> Worker.hasNatives(jar) && !jar.contains("/ffmpeg-"),
            jar -> !Worker.hasNatives(jar) || jar.matches(".*/(ffmpeg|javacpp)-[^/]*"));
    // The modules of such jobs are refused, too: this JavaCPP is not that of the cluster.
    List<String> lines = worker.run(work, List.of(CLIP, EMBED, WEBP, HEIC, CLIP));
    assertThat(lines)
        .hasSize(5)
        .allMatch(line -> line.startsWith("failed ") && line.contains("lib folder"));
    List<String> others =
        worker.withJobJars(Worker.withNatives().jobJars()).run(work, List.of(EMBED));
    assertThat(others).singleElement().asString().startsWith("done ");
  }

  private static void assertRefused(List<String> lines, String reason) {
    assertThat(lines).hasSize(6);
    assertThat(lines.get(1)).startsWith("done ").isEqualTo(lines.get(5));
    for (int i : new int[] {0, 2, 3, 4}) {
      assertThat(lines.get(i))
          .startsWith("failed java.lang.IllegalStateException: " + reason)
          .contains("into the cluster's lib folder");
    }
  }

  @Test
  void oneJobMayBringAllAndTheNextIsRefused() throws Exception {
    Worker worker = Worker.with(jar -> false, jar -> true);
    List<String> lines = worker.run(work, List.of(CLIP, CLIP, WEBP, EMBED));
    assertThat(lines.get(0)).startsWith("done ");
    assertThat(lines.subList(1, 4))
        .allMatch(line -> line.startsWith("failed ") && line.contains("another class loader"));
  }

  @Test
  void jobsWithJarsOfOtherNamesUnpackOnce() throws Exception {
    Worker worker =
        Worker.with(jar -> false, jar -> !jar.matches(".*/tensorflow-core-native-.*-x86.*"))
            .withFlags("-Duser.home=" + work);
    for (int i = 0; i < 2; i++) {
      List<String> jars = new ArrayList<>();
      for (String jar : worker.jobJars()) {
        boolean has = jar.endsWith(".jar") && Worker.hasNatives(jar);
        // As Flink keeps the jars of a job.
        Path blob = work.resolve("blob_p-" + i + "-" + jars.size());
        jars.add(has ? Files.copy(Path.of(jar), blob).toString() : jar);
      }
      assertThat(worker.withJobJars(jars).run(work, List.of(CLIP)))
          .singleElement()
          .asString()
          .startsWith("done ");
    }
    try (Stream<Path> libraries = Files.walk(work.resolve(".javacpp"))) {
      assertThat(libraries.filter(p -> p.getFileName().toString().startsWith("libavutil.so.")))
          .hasSize(1);
    }
  }

  @Test
  void eightWorkersUnpackTogetherWhereNothingIs() throws Exception {
    Worker worker = Worker.withNatives().withFlags(CACHE + work.resolve("cache"), "-Xmx128m");
    List<Process> processes = new ArrayList<>();
    List<Path> logs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      logs.add(work.resolve("log" + i));
      processes.add(
          new ProcessBuilder(worker.command(work, List.of(EMBED, CLIP)))
              .redirectErrorStream(true)
              .redirectOutput(logs.get(i).toFile())
              .start());
    }
    for (int i = 0; i < processes.size(); i++) {
      assertThat(processes.get(i).waitFor()).as(Files.readString(logs.get(i))).isZero();
      assertThat(Worker.lines(Files.readString(logs.get(i))))
          .hasSize(2)
          .allMatch(line -> line.startsWith("done "));
    }
  }
}
