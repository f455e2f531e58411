// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the doctor finds on Flink clusters, given what they tell of themselves. */
class FlinkDoctorTest {

  private static final long MIB = 1L << 20;
  private static final long MODULE = 100 * MIB;
  private static final List<String> JARS =
      List.of(
          "flink-dist-1.19.0.jar",
          "tensorflow-core-api-1.1.0.jar",
          "tensorflow-core-native-1.1.0.jar",
          "tensorflow-core-native-1.1.0-linux-x86_64.jar",
          "ndarray-1.0.0.jar",
          "javacpp-1.5.11.jar",
          "protobuf-java-4.33.0.jar",
          "ffmpeg-7.1-1.5.11.jar",
          "zstd-jni-1.5.7-4.jar");
  private static final Map<String, Long> MEMORY =
      Map.of(
          "taskHeap", 768 * MIB,
          "taskOffHeap", 2048 * MIB,
          "networkMemory", 128 * MIB,
          "jvmMetaspace", 512 * MIB);

  private static FlinkFacts.Worker worker(
      Map<String, Long> memory, List<String> jars, List<String> flags) {
    return new FlinkFacts.Worker("w", 2, memory, jars, flags);
  }

  private static Map<String, Finding> check(String version, FlinkFacts.Worker... workers) {
    FlinkFacts facts = new FlinkFacts(version, "OpenJDK - 17/17.0.15", Map.of(), List.of(workers));
    return new FlinkDoctor(facts, JARS, MODULE)
        .check().stream().collect(Collectors.toMap(Finding::subject, finding -> finding));
  }

  private static FlinkFacts.Worker good() {
    return worker(MEMORY, JARS, FlinkAdvice.FLAGS);
  }

  @Test
  void aGoodClusterIsFine() {
    assertThat(check("1.19.2", good(), good()).values())
        .hasSize(10)
        .allSatisfy(f -> assertThat(f.verdict()).as(f.toString()).isEqualTo(Finding.Verdict.FINE));
  }

  @Test
  void anotherVersionOfFlinkIsBroken() {
    assertBroken(check("1.20.0", good()).get("Flink"), "1.20.0", "1.19");
    assertBroken(check("1.190.0", good()).get("Flink"), "1.190.0", "1.19");
  }

  @Test
  void aClusterWithoutTaskManagersIsBroken() {
    assertBroken(check("1.19.0").get("slots"), "0 task managers, 0 slots", "start task managers");
  }

  @Test
  void nativesOfOneTaskManagerAreMissingOrOfAnotherVersion() {
    List<String> without = new ArrayList<>(JARS);
    without.remove("ffmpeg-7.1-1.5.11.jar");
    without.replaceAll(jar -> jar.replace("protobuf-java-4.33.0", "protobuf-java-3.21.7"));
    assertBroken(
        check("1.19.0", good(), worker(MEMORY, without, FlinkAdvice.FLAGS)).get("natives"),
        "protobuf-java is 3.21.7, not 4.33.0, ffmpeg is missing",
        "cluster/lib");
  }

  @Test
  void missingFlagsAreNamed() {
    List<String> flags = FlinkAdvice.FLAGS.subList(0, 3);
    assertBroken(
        check("1.19.0", worker(MEMORY, JARS, flags)).get("flags"),
        "task managers lack -Dorg.bytedeco.javacpp.nopointergc=true",
        "env.java.opts.taskmanager");
  }

  @Test
  void littleMemoryForTheModuleIsPoor() {
    Map<String, Long> memory = new HashMap<>(MEMORY);
    memory.put("taskOffHeap", 0L);
    Finding finding = check("1.19.0", worker(memory, JARS, FlinkAdvice.FLAGS)).get("off-heap");
    assertThat(finding.verdict()).isEqualTo(Finding.Verdict.POOR);
    assertThat(finding.found()).isEqualTo("0m for 2 slots and a module of 100.0 MiB");
    assertThat(finding.fix()).contains("taskmanager.memory.task.off-heap.size: 1280m");
  }

  @Test
  void adviceGrowsWithTheModuleAndTheSlots() {
    // 512 MiB for TensorFlow, the module twice, 256 MiB a slot; in steps of 128 MiB.
    assertThat(new FlinkAdvice(0, 1).offHeap()).isEqualTo(768 * MIB);
    assertThat(new FlinkAdvice(MODULE, 2).offHeap()).isEqualTo(1280 * MIB);
    assertThat(new FlinkAdvice(4096 * MIB, 8).offHeap()).isEqualTo(10752 * MIB);
    assertThat(new FlinkAdvice(MODULE, 4).lines())
        .contains(
            "taskmanager.numberOfTaskSlots: 4", "taskmanager.memory.task.off-heap.size: 1792m")
        .last()
        .asString()
        .contains("nopointergc");
  }

  private static void assertBroken(Finding finding, String found, String fix) {
    assertThat(finding.verdict()).isEqualTo(Finding.Verdict.BROKEN);
    assertThat(finding.found()).contains(found);
    assertThat(finding.fix()).contains(fix);
  }
}
