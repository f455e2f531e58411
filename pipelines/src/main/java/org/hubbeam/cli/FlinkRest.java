// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks a Flink cluster by its REST interface, in plain HTTP. Each question is answered, or fails
 * with an {@link IOException}, within seconds.
 *
 * @param master the cluster
 */
record FlinkRest(FlinkMaster master) {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int NOT_READY = 503;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(TIMEOUT)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();

  /**
   * A cluster as a whole.
   *
   * @param version Flink's: {@code 1.19.0}
   * @param taskManagers so many
   * @param slots of all task managers, as many as tasks can run at the same time
   * @param freeSlots those without a task
   */
  record Overview(String version, int taskManagers, int slots, int freeSlots) {}

  /**
   * A job that runs, or has run since the cluster started.
   *
   * @param id 32 hexadecimal digits
   * @param state Flink's: {@code RUNNING}, {@code RESTARTING}, {@code FINISHED} ...
   * @param start when it was submitted
   * @param tasks how many of its tasks are in each of their states, in lower case
   */
  record FlinkJob(String id, String name, String state, Instant start, Map<String, Integer> tasks) {

    private static final Set<String> ENDED = Set.of("FINISHED", "CANCELED", "FAILED");

    FlinkJob {
      tasks = Map.copyOf(tasks);
    }

    /** Whether it has neither finished nor failed nor been cancelled. */
    boolean isAlive() {
      return !ENDED.contains(state);
    }
  }

  /**
   * A task manager.
   *
   * @param id as Flink names it
   * @param slots so many tasks at the same time
   * @param freeSlots those without a task
   */
  record TaskManager(String id, int slots, int freeSlots) {}

  /**
   * Why a job, or one of its tasks, failed.
   *
   * @param when it did
   * @param trace the stack trace, as text
   */
  record Failed(Instant when, String trace) {}

  /** The JobManager is starting, or waits to become the leader. */
  static final class NotReadyException extends IOException {
    private static final long serialVersionUID = 1;

    NotReadyException() {
      super("its JobManager is starting");
    }
  }

  /** The cluster as a whole. */
  Overview overview() throws IOException {
    JsonNode overview = get("/overview");
    return new Overview(
        overview.path("flink-version").asText(),
        overview.path("taskmanagers").asInt(),
        overview.path("slots-total").asInt(),
        overview.path("slots-available").asInt());
  }

  /** All jobs that the cluster knows. */
  List<FlinkJob> jobs() throws IOException {
    List<FlinkJob> jobs = new ArrayList<>();
    for (JsonNode job : get("/jobs/overview").path("jobs")) {
      Map<String, Integer> tasks = new LinkedHashMap<>();
      job.path("tasks").fields().forEachRemaining(t -> tasks.put(t.getKey(), t.getValue().asInt()));
      jobs.add(
          new FlinkJob(
              job.path("jid").asText(),
              job.path("name").asText(),
              job.path("state").asText(),
              Instant.ofEpochMilli(job.path("start-time").asLong()),
              tasks));
    }
    return jobs;
  }

  /** A job; empty if the cluster does not know it. */
  Optional<FlinkJob> job(String id) throws IOException {
    return jobs().stream().filter(job -> job.id().equals(id)).findFirst();
  }

  /**
   * A part of a job whose steps run together in each of its tasks.
   *
   * @param id as Flink names it
   * @param tasks so many
   */
  record Vertex(String id, int tasks) {}

  /**
   * A job with its parts.
   *
   * @param state as in {@link FlinkJob}
   * @param running how many tasks run, or begin to
   * @param scheduled how many tasks wait for slots
   */
  record Details(String state, List<Vertex> vertices, int running, int scheduled) {
    Details {
      vertices = List.copyOf(vertices);
    }

    /** How many tasks run at the same time at most: those of different parts share slots. */
    int slots() {
      return vertices.stream().mapToInt(Vertex::tasks).max().orElse(0);
    }
  }

  /** A job with its parts; empty if the cluster does not know it. */
  Optional<Details> details(String id) throws IOException {
    Optional<JsonNode> job = find("/jobs/" + id);
    if (job.isEmpty()) {
      return Optional.empty();
    }
    List<Vertex> vertices = new ArrayList<>();
    int running = 0;
    int scheduled = 0;
    for (JsonNode vertex : job.get().path("vertices")) {
      vertices.add(new Vertex(vertex.path("id").asText(), vertex.path("parallelism").asInt()));
      JsonNode tasks = vertex.path("tasks");
      for (String state : List.of("DEPLOYING", "INITIALIZING", "RUNNING")) {
        running += tasks.path(state).asInt();
      }
      scheduled += tasks.path("SCHEDULED").asInt();
    }
    return Optional.of(new Details(job.get().path("state").asText(), vertices, running, scheduled));
  }

  /** The names of what the tasks of a part of a job measure. */
  List<String> metrics(String job, String vertex) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode metric : get("/jobs/" + job + "/vertices/" + vertex + "/subtasks/metrics")) {
      names.add(metric.path("id").asText());
    }
    return names;
  }

  /** What the tasks have measured in all; what is not known is left out. */
  Map<String, Long> sums(String job, String vertex, List<String> metrics) throws IOException {
    String names = URLEncoder.encode(String.join(",", metrics), StandardCharsets.UTF_8);
    Map<String, Long> sums = new LinkedHashMap<>();
    for (JsonNode metric :
        get(
            "/jobs/"
                + job
                + "/vertices/"
                + vertex
                + "/subtasks/metrics?agg=sum&get="
                + names.replace("%2C", ","))) {
      sums.put(metric.path("id").asText(), Math.round(metric.path("sum").asDouble()));
    }
    return sums;
  }

  /** The state of a job; empty if the cluster does not know it. */
  Optional<String> state(String id) throws IOException {
    return job(id).map(FlinkJob::state);
  }

  /** Begins to cancel a job. One that has ended, or is not known, stays as it is. */
  void cancel(String id) throws IOException {
    HttpRequest request =
        request("/jobs/" + id + "?mode=cancel").method("PATCH", BodyPublishers.noBody()).build();
    send(request);
  }

  /** The configuration of the cluster. */
  Map<String, String> config() throws IOException {
    Map<String, String> config = new LinkedHashMap<>();
    for (JsonNode entry : get("/jobmanager/config")) {
      config.put(entry.path("key").asText(), entry.path("value").asText());
    }
    return config;
  }

  /** The task managers that are there. */
  List<TaskManager> taskManagers() throws IOException {
    List<TaskManager> managers = new ArrayList<>();
    for (JsonNode manager : get("/taskmanagers").path("taskmanagers")) {
      managers.add(
          new TaskManager(
              manager.path("id").asText(),
              manager.path("slotsNumber").asInt(),
              manager.path("freeSlots").asInt()));
    }
    return managers;
  }

  /** What a task manager is configured with, and how much memory and which flags it has. */
  JsonNode taskManager(String id) throws IOException {
    return get("/taskmanagers/" + id);
  }

  /** Why a job failed, or was restarted, the last time first. */
  List<Failed> failures(String job) throws IOException {
    List<Failed> failures = new ArrayList<>();
    for (JsonNode entry :
        get("/jobs/" + job + "/exceptions").path("exceptionHistory").path("entries")) {
      failures.add(
          new Failed(
              Instant.ofEpochMilli(entry.path("timestamp").asLong()),
              entry.path("stacktrace").asText()));
    }
    return failures;
  }

  /** The accumulators of a job while it runs, as Java serializes them, by their names. */
  Map<String, String> accumulators(String job) throws IOException {
    Map<String, String> accumulators = new LinkedHashMap<>();
    get("/jobs/" + job + "/accumulators?includeSerializedValue=true")
        .path("serialized-user-task-accumulators")
        .fields()
        .forEachRemaining(a -> accumulators.put(a.getKey(), a.getValue().asText()));
    return accumulators;
  }

  /** What the cluster answers to a path, which begins behind the version of the interface. */
  JsonNode get(String path) throws IOException {
    return find(path).orElseThrow(() -> new IOException(master + " has no " + path));
  }

  private Optional<JsonNode> find(String path) throws IOException {
    HttpResponse<String> answer = send(request(path).GET().build());
    if (answer.statusCode() == NOT_FOUND) {
      return Optional.empty();
    }
    if (answer.statusCode() == NOT_READY) {
      throw new NotReadyException();
    }
    if (answer.statusCode() != OK) {
      throw new IOException(master + " answers " + path + " with " + answer.statusCode());
    }
    try {
      return Optional.of(JSON.readTree(answer.body()));
    } catch (JsonProcessingException e) {
      throw new IOException("what answers at " + master + " is not Flink", e);
    }
  }

  /** The text that the cluster answers to a path; for example a log. */
  String text(String path) throws IOException {
    HttpResponse<String> answer = send(request(path).GET().build());
    if (answer.statusCode() != OK) {
      throw new IOException(master + " has no " + path);
    }
    return answer.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + master + "/v1" + path)).timeout(TIMEOUT);
  }

  private static HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return CLIENT.send(request, BodyHandlers.ofString());
    } catch (ConnectException e) {
      ConnectException plain = new ConnectException("connection refused");
      plain.initCause(e);
      throw plain;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
