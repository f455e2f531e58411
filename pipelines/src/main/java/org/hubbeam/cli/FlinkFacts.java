// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a Flink cluster tells of itself.
 *
 * @param version Flink's: {@code 1.19.0}
 * @param java as the job manager says: {@code OpenJDK 64-Bit Server VM - 17/17.0.15+6}
 * @param config of the job manager
 * @param workers its task managers
 */
record FlinkFacts(String version, String java, Map<String, String> config, List<Worker> workers) {

  /** What a task manager logs when it starts, after a timestamp and the name of a class. */
  private static final Pattern CLASS_PATH = Pattern.compile("(?m) {2}Classpath: (\\S+)");

  private static final Pattern FLAG = Pattern.compile("(?m) {5}(-[-DX]\\S+)\\s*$");

  FlinkFacts {
    config = Map.copyOf(config);
    workers = List.copyOf(workers);
  }

  /**
   * A task manager.
   *
   * @param id as Flink names it
   * @param slots tasks at the same time
   * @param memory in bytes, by what Flink calls it: {@code taskOffHeap}
   * @param jars the names of the files on its class path
   * @param flags of its JVM, as far as they are known
   */
  record Worker(
      String id, int slots, Map<String, Long> memory, List<String> jars, List<String> flags) {

    Worker {
      memory = Map.copyOf(memory);
      jars = List.copyOf(jars);
      flags = List.copyOf(flags);
    }
  }

  /** Asks a cluster. */
  static FlinkFacts of(FlinkRest rest) throws IOException {
    JsonNode environment = rest.get("/jobmanager/environment");
    Map<String, String> config = rest.config();
    List<String> jars = new ArrayList<>();
    environment.path("classpath").forEach(entry -> jars.add(name(entry.asText())));
    List<String> flags = new ArrayList<>();
    environment.path("jvm").path("options").forEach(flag -> flags.add(flag.asText()));
    Stream.of("env.java.opts.all", "env.java.opts", "env.java.opts.taskmanager")
        .map(key -> config.getOrDefault(key, ""))
        .forEach(options -> flags.addAll(List.of(options.strip().split("\\s+"))));
    List<Worker> workers = new ArrayList<>();
    for (FlinkRest.TaskManager worker : rest.taskManagers()) {
      workers.add(worker(rest, worker, jars, flags));
    }
    return new FlinkFacts(
        rest.overview().version(),
        environment.path("jvm").path("version").asText(),
        config,
        workers);
  }

  /** Its log says what it was started with; where there is none, it is like the job manager. */
  private static Worker worker(
      FlinkRest rest, FlinkRest.TaskManager worker, List<String> jars, List<String> flags)
      throws IOException {
    Map<String, Long> memory = new java.util.HashMap<>();
    rest.taskManager(worker.id())
        .path("memoryConfiguration")
        .fields()
        .forEachRemaining(entry -> memory.put(entry.getKey(), entry.getValue().asLong()));
    String log = log(rest, worker.id());
    Matcher classPath = CLASS_PATH.matcher(log);
    if (!classPath.find()) {
      return new Worker(worker.id(), worker.slots(), memory, jars, flags);
    }
    return new Worker(
        worker.id(),
        worker.slots(),
        memory,
        Arrays.stream(classPath.group(1).split("[:;]")).map(FlinkFacts::name).toList(),
        FLAG.matcher(log.substring(0, classPath.start())).results().map(f -> f.group(1)).toList());
  }

  /** The start of the log of a task manager; empty if it cannot be had. */
  private static String log(FlinkRest rest, String worker) {
    try {
      return rest.text("/taskmanagers/" + worker + "/log");
    } catch (IOException e) {
      return "";
    }
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
