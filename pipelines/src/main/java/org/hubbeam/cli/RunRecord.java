// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who writes an output. The launcher of a run writes this beside the output before the run, and
 * deletes it with all that is not finished when the run has ended.
 *
 * @param program such as {@code embed}
 * @param output what {@link Output#place} says
 * @param job the run on its engine
 * @param launcher the process that started the run
 * @param tempFolder a folder of the run elsewhere; null if there is none
 * @param started when the run began
 */
record RunRecord(
    String program,
    String output,
    EngineJob job,
    Launcher launcher,
    @Nullable String tempFolder,
    Instant started) {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String FLINK = new FlinkEngine().name();

  /** Its jobs end with their launcher. */
  private static final String SPARK = new SparkEngine().name();

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

  RunRecord {
    Objects.requireNonNull(program, "program");
    Objects.requireNonNull(output, "output");
  }

  /**
   * A job as its engine knows it.
   *
   * @param engine the {@link Engine#name}
   * @param cluster its address; empty for an engine in the launcher's process, and where it is not
   *     known
   * @param id of the job there; empty where it is not known
   * @param name of the job
   */
  record EngineJob(String engine, String cluster, String id, String name) {

    /** Whether a cluster of Flink runs it, which goes on without the launcher and can be asked. */
    boolean isOnFlink() {
      return engine.equals(FLINK) && !cluster.isEmpty();
    }
  }

  /**
   * A process.
   *
   * @param host its machine, for messages
   * @param scope where its number means this process
   * @param pid its number
   * @param started when
   */
  record Launcher(String host, String scope, long pid, Instant started) {}

  /** What is in the file. */
  String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("program", program).put("output", output).put("started", started.toString());
    json.putObject("job")
        .put("engine", job.engine)
        .put("cluster", job.cluster)
        .put("id", job.id)
        .put("name", job.name);
    json.putObject("launcher")
        .put("host", launcher.host)
        .put("scope", launcher.scope)
        .put("pid", launcher.pid)
        .put("started", launcher.started.toString());
    json.put("temp_folder", tempFolder);
    return json.toPrettyString() + "\n";
  }

  /** Reads what {@link #toJson} made; empty if the text is something else. */
  static Optional<RunRecord> parse(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      JsonNode job = json.path("job");
      JsonNode launcher = json.path("launcher");
      return Optional.of(
          new RunRecord(
              json.path("program").asText(),
              json.path("output").asText(),
              new EngineJob(
                  job.path("engine").asText(),
                  job.path("cluster").asText(),
                  job.path("id").asText(),
                  job.path("name").asText()),
              new Launcher(
                  launcher.path("host").asText(),
                  launcher.path("scope").asText(),
                  launcher.path("pid").asLong(),
                  Instant.parse(launcher.path("started").asText())),
              json.path("temp_folder").textValue(),
              Instant.parse(json.path("started").asText())));
    } catch (JsonProcessingException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Who this is, for messages. */
  String who() {
    String process = "process " + launcher.pid + " on " + launcher.host;
    String since = ", since " + TIME.format(started.atZone(ZoneId.systemDefault()));
    return job.cluster.isEmpty()
        ? "hubbeam " + program + ", " + process + since
        : "the job '" + job.name + "' on " + job.cluster + ", started by " + process + since;
  }

  /** What a user may do about it. */
  String advice() {
    return job.cluster.isEmpty() || job.engine.equals(SPARK)
        ? "wait until it has ended, or end it"
        : "wait until it has ended, or cancel it; "
            + Engines.named(job.engine).listing(job.cluster)
            + " lists it";
  }
}
