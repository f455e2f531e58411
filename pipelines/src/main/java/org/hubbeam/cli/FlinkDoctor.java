// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks whether hubbeam's jobs can run on a Flink cluster, and suggests fixes.
 *
 * @param cluster what it tells of itself
 * @param own the names of the jars that this program has, whose versions the cluster must have
 * @param moduleBytes the size of the module that is to run
 */
record FlinkDoctor(FlinkFacts cluster, List<String> own, long moduleBytes) {

  private static final String FLINK = "1.19";
  private static final int JAVA = 17;

  /** What has to be in Flink's {@code lib}. */
  private static final List<String> NATIVES =
      List.of(
          "tensorflow-core-api",
          "tensorflow-core-native",
          "ndarray",
          "javacpp",
          "protobuf-java",
          "ffmpeg",
          "zstd-jni");

  private static final String ADVICE = ": hubbeam doctor --advise prints the configuration";

  FlinkDoctor {
    own = List.copyOf(own);
  }

  /** The jars on the class path of this program. */
  static List<String> ownJars() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(path -> path.substring(path.lastIndexOf(File.separatorChar) + 1))
        .toList();
  }

  /** All checks. */
  List<Finding> check() {
    List<Finding> findings = new ArrayList<>(List.of(flink(), java(), slots()));
    if (!cluster.workers().isEmpty()) {
      findings.addAll(List.of(natives(), flags()));
      findings.addAll(memory());
    }
    findings.add(restarts());
    return findings;
  }

  private Finding flink() {
    return cluster.version().startsWith(FLINK + ".")
        ? Finding.fine("Flink", cluster.version())
        : Finding.broken(
            "Flink", cluster.version(), "run Flink " + FLINK + ", which the job jar is made for");
  }

  private Finding java() {
    Matcher major = Pattern.compile(" - (\\d+)/").matcher(cluster.java());
    return major.find() && Integer.parseInt(major.group(1)) < JAVA
        ? Finding.broken("Java", cluster.java(), "run Flink with Java " + JAVA)
        : Finding.fine("Java", cluster.java());
  }

  private Finding slots() {
    int slots = cluster.workers().stream().mapToInt(FlinkFacts.Worker::slots).sum();
    String found =
        Formatting.of(cluster.workers().size(), "task manager")
            + ", "
            + Formatting.of(slots, "slot");
    return slots > 0
        ? Finding.fine("slots", found)
        : Finding.broken("slots", found, "start task managers, and check again");
  }

  private Finding natives() {
    List<String> wrong = new ArrayList<>();
    for (FlinkFacts.Worker worker : cluster.workers()) {
      for (String artifact : NATIVES) {
        Optional<String> there = version(worker.jars(), artifact);
        Optional<String> here = version(own, artifact);
        if (there.isEmpty()) {
          wrong.add(artifact + " is missing");
        } else if (here.isPresent() && !here.equals(there)) {
          wrong.add(artifact + " is " + there.get() + ", not " + here.get());
        }
      }
    }
    return wrong.isEmpty()
        ? Finding.fine("natives", "TensorFlow, FFmpeg and zstd are in lib/ once")
        : Finding.broken(
            "natives",
            String.join(", ", wrong.stream().distinct().toList()),
            "put the jars of runners/flink/target/cluster/lib into Flink's lib/ on all machines"
                + " instead of others, and restart the task managers");
  }

  /** The version in the name of a jar; empty if there is none. */
  private static Optional<String> version(List<String> jars, String artifact) {
    Pattern name = Pattern.compile(Pattern.quote(artifact) + "-(\\d+(?:[.-]\\d+)*).*\\.jar");
    return jars.stream()
        .map(name::matcher)
        .filter(Matcher::matches)
        .map(match -> match.group(1))
        .findFirst();
  }

  private Finding flags() {
    List<String> missing =
        FlinkAdvice.FLAGS.stream()
            .filter(flag -> cluster.workers().stream().anyMatch(w -> !w.flags().contains(flag)))
            .toList();
    return missing.isEmpty()
        ? Finding.fine("flags", "all that TensorFlow and Beam need")
        : Finding.broken(
            "flags",
            "task managers lack " + String.join(" ", missing),
            "add them to env.java.opts.taskmanager, and restart the task managers");
  }

  private List<Finding> memory() {
    return List.of(
        memory("taskOffHeap", "taskmanager.memory.task.off-heap.size", FlinkAdvice::offHeap),
        memory("taskHeap", "taskmanager.memory.task.heap.size", FlinkAdvice::heap),
        memory("networkMemory", "taskmanager.memory.network.min", FlinkAdvice::network),
        memory("jvmMetaspace", "taskmanager.memory.jvm-metaspace.size", FlinkAdvice::metaspace));
  }

  private Finding memory(String name, String option, ToLongFunction<FlinkAdvice> advice) {
    String subject = option.replaceAll("taskmanager\\.memory\\.(task\\.|jvm-)?|\\.(size|min)", "");
    for (FlinkFacts.Worker worker : cluster.workers()) {
      long found = worker.memory().getOrDefault(name, 0L);
      long needed = advice.applyAsLong(new FlinkAdvice(moduleBytes, Math.max(1, worker.slots())));
      if (found < needed) {
        return Finding.poor(
            subject,
            FlinkAdvice.text(found)
                + " for "
                + Formatting.of(worker.slots(), "slot")
                + " and a module of "
                + Formatting.bytes(moduleBytes),
            "set " + option + ": " + FlinkAdvice.text(needed) + ADVICE);
      }
    }
    return Finding.fine(
        subject, FlinkAdvice.text(cluster.workers().get(0).memory().getOrDefault(name, 0L)));
  }

  private Finding restarts() {
    return Finding.fine(
        "restarts",
        Optional.ofNullable(
                cluster
                    .config()
                    .getOrDefault(
                        "restart-strategy.type", cluster.config().get("restart-strategy")))
            .orElse("none is set; jobs of hubbeam bring one"));
  }
}
