// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs meet modules from elsewhere that would read a file, write one, or end the process. They
 * run in a JVM of their own, which must end as it wants to; the folder that the modules aim at is
 * watched.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the modules aim at a folder of Linux")
class HostileModulesTest {

  /** What each of those that act would have run. */
  private static final Map<String, String> ACTING =
      Map.ofEntries(
          Map.entry("abort", "Abort in the function __inference_f"),
          Map.entry("abort_quiet", "Abort in the function __inference_f"),
          Map.entry("cache_dataset_v2_writes", "CacheDatasetV2 in the function __inference_f"),
          Map.entry("dataset_from_graph_writes", "DatasetFromGraph in the function __inference_f"),
          Map.entry("dataset_to_tfrecord", "DatasetToTFRecord in the function __inference_f"),
          Map.entry("obj_constant_savev2", "e/save"),
          Map.entry("record_input", "RecordInput in the function __inference_f"),
          Map.entry("tf1_asset_not_const", "TextLineDataset in the graph (node tl)"),
          Map.entry("tf1_init_hangs", "QueueDequeueV2 in the graph (node dq)"),
          Map.entry("tf1_parse_tensor_variant_garbage", "ParseTensor in the graph (node pt)"),
          Map.entry("tf1_plain_call_reads", "TextLineDataset in the function Xf (node tl)"),
          Map.entry("tf1_readfile", "ReadFile in the graph (node y)"),
          Map.entry("tf1_record_input", "RecordInput in the graph (node k)"),
          Map.entry("tf1_restorev2_other", "RestoreV2 in the graph (node r)"),
          Map.entry("tf1_save_v1", "Save in the graph (node sv)"),
          Map.entry("tf1_savev2_main_op", "SaveV2 in the graph (node m/save)"),
          Map.entry("tf1_savev2_signature", "SaveV2 in the graph (node save)"),
          Map.entry("tf1_symbolic_gradient_reads", "TextLineDataset in the function Gr (node tl)"),
          Map.entry(
              "tf1_table_asset_not_const", "InitializeTableFromTextFileV2 in the graph (node it)"),
          Map.entry("tf1_xla_must_compile_memset", "XlaCustomCallV2 in the function Xc (node k)"));

  private static final Path AIM = Path.of("/tmp/hostile-files");
  private static final String SECRET = "a secret that no module may tell";
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir Path work;

  @Test
  void nothingIsReadOrWrittenAndTheProcessGoesOn() throws Exception {
    Path modules = TestFiles.cases("hostile/modules");
    List<String> names = ACTING.keySet().stream().sorted().toList();
    Files.writeString(work.resolve("in.txt"), "1\n2\n");
    Files.writeString(work.resolve("in.json"), "{\"x\": [\"1\"]}");
    boolean made = !Files.exists(AIM);
    Files.createDirectories(AIM.resolve("pwn"));
    Path secret = Files.writeString(AIM.resolve("secret.txt"), SECRET);
    Files.setAttribute(secret, "lastAccessTime", LONG_AGO);
    Map<String, FileTime> before = files();
    try (ModuleServer server = ModuleServer.start()) {
      for (String name : names) {
        server.give("/" + name + ".tar.gz", modules.resolve(name));
      }
      String told = programs(server.authority(), names);

      SoftAssertions softly = new SoftAssertions();
      for (String name : names) {
        for (String program : List.of("inspect", "call", "embed")) {
          softly
              .assertThat(told)
              .containsPattern("(?m)^" + name + "\t" + program + "\t" + code(program) + "\t");
        }
      }
      ACTING.forEach(
          (name, place) ->
              softly
                  .assertThat(told.lines().filter(l -> l.startsWith(name + "\t")))
                  .as(name)
                  .allSatisfy(l -> assertThat(l).contains(place)));
      softly.assertThat(told).doesNotContain(SECRET).doesNotContain("\tat org.hubbeam");
      softly.assertThat(files()).isEqualTo(before);
      softly
          .assertThat(Files.readAttributes(secret, BasicFileAttributes.class).lastAccessTime())
          .as("when the secret was read")
          .isEqualTo(LONG_AGO);
      softly.assertAll();
    } finally {
      Files.deleteIfExists(secret);
      if (made) {
        for (String file : new TreeMap<>(files()).descendingKeySet()) {
          Files.delete(Path.of(file));
        }
      }
    }
  }

  /** What {@code inspect} only shows, {@code call} and {@code embed} refuse. */
  private static String code(String program) {
    return program.equals("inspect") ? "\\d" : "[1-9]";
  }

  private static Map<String, FileTime> files() throws IOException {
    Map<String, FileTime> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(AIM)) {
      for (Path file : walk.toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file));
      }
    }
    return files;
  }

  private String programs(String authority, List<String> names) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Programs.class.getName(),
                work.toString(),
                authority));
    command.addAll(names);
    Path log = work.resolve("log.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    String told = Files.readString(log);
    assertThat(ended).as(told).isTrue();
    assertThat(process.exitValue()).as(told).isEqualTo(Programs.END);
    return told;
  }

  /** {@code folder authority modules}: a line for each module and program, with its exit code. */
  static final class Programs {
    /** What no module would end the process with. */
    static final int END = 77;

    private Programs() {}

    public static void main(String[] args) {
      String cache = "--cache=" + args[0] + "/cache";
      for (int i = 2; i < args.length; i++) {
        String handle = "http://" + args[1] + "/" + args[i] + ".tar.gz";
        tell(args[i], Run.of("inspect", handle, cache), "inspect");
        tell(args[i], Run.of("call", handle, cache, "--inputs=" + args[0] + "/in.json"), "call");
        tell(
            args[i],
            Run.of(
                "embed",
                "--module=" + handle,
                cache,
                "--runner=direct",
                "--input=" + args[0] + "/in.txt",
                "--output=" + args[0] + "/out-" + args[i] + "/v"),
            "embed");
      }
      Runtime.getRuntime().halt(END);
    }

    private static void tell(String module, Run run, String program) {
      String all = (run.out() + run.err()).replace("\n", " ");
      System.out.println(module + "\t" + program + "\t" + run.code() + "\t" + all);
    }
  }
}
