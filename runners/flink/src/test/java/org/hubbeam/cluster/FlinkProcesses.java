// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.testing.ChildJvm;

/**
 * A Flink session cluster: a job manager and task managers, each a process of its own, made from
 * Flink's published jars. It notices within seconds that a task manager has died. Its logs and
 * temporary files are below {@code target/clusters/NAME}.
 */
final class FlinkProcesses implements AutoCloseable {

  /** As in the configuration that Flink 1.19 brings along. */
  private static final List<String> FLINK_OPENS =
      Stream.of(
              "java.base/java.lang",
              "java.base/java.net",
              "java.base/java.io",
              "java.base/java.nio",
              "java.base/sun.nio.ch",
              "java.base/java.lang.reflect",
              "java.base/java.text",
              "java.base/java.time",
              "java.base/java.util",
              "java.base/java.util.concurrent",
              "java.base/java.util.concurrent.atomic",
              "java.base/java.util.concurrent.locks")
          .map(name -> "--add-opens=" + name + "=ALL-UNNAMED")
          .toList();

  private static final Duration START = Duration.ofMinutes(2);
  private static final Pattern LISTENS = Pattern.compile("Rest endpoint listening at \\S+?:(\\d+)");
  private static final int TRIES = 5;
  private static final int LOG_LINES = 60;
  private static final int LOG_COLUMNS = 400;

  private final Settings settings;
  private final Path folder;
  private final Path configuration;
  private final List<ChildJvm> taskManagers = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private List<List<String>> memory = List.of();
  private ChildJvm jobManager;
  private int rpcPort;
  private int restPort;
  private int started;

  private FlinkProcesses(Settings settings) throws IOException {
    this.settings = settings;
    this.folder = Built.target().resolve("clusters").resolve(settings.name());
    delete(folder);
    this.configuration = Files.createDirectories(folder.resolve("conf"));
  }

  /**
   * How a cluster is set up.
   *
   * @param name of its folder
   * @param options of Flink, beside those that this class sets
   * @param flags for the JVMs of task managers, beside those that Flink and hubbeam need
   * @param environment of task managers
   */
  record Settings(
      String name,
      Map<String, String> options,
      List<String> flags,
      Map<String, String> environment) {

    Settings {
      options = Map.copyOf(options);
      flags = List.copyOf(flags);
      environment = Map.copyOf(environment);
    }

    /** Task managers of two slots, with memory for small modules. */
    static Settings of(String name) {
      return new Settings(name, Map.of(), List.of(), Map.of());
    }

    /** The same with another option of Flink. */
    Settings with(String option, String value) {
      Map<String, String> all = new LinkedHashMap<>(options);
      all.put(option, value);
      return new Settings(name, all, flags, environment);
    }

    /** The same with more flags for the JVMs of task managers. */
    Settings withFlags(List<String> more) {
      return new Settings(
          name, options, Stream.of(flags, more).flatMap(List::stream).toList(), environment);
    }

    /** The same with more variables in the environment of task managers. */
    Settings withEnvironment(Map<String, String> more) {
      Map<String, String> all = new LinkedHashMap<>(environment);
      all.putAll(more);
      return new Settings(name, options, flags, all);
    }
  }

  /** Starts a cluster without task managers; returns when its REST interface answers. */
  static FlinkProcesses start(Settings settings) throws Exception {
    FlinkProcesses cluster = new FlinkProcesses(settings);
    try {
      cluster.startJobManager();
      return cluster;
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** Starts a cluster with task managers; returns when all of them are registered. */
  static FlinkProcesses start(Settings settings, int taskManagers) throws Exception {
    FlinkProcesses cluster = start(settings);
    try {
      for (int i = 0; i < taskManagers; i++) {
        cluster.addTaskManager();
      }
      cluster.awaitTaskManagers(taskManagers);
      return cluster;
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** HOST:PORT of the REST interface, for {@code --flinkMaster}; a restart keeps it. */
  String restMaster() {
    return "localhost:" + restPort;
  }

  /** The process of the job manager. */
  ChildJvm jobManager() {
    return jobManager;
  }

  /** The task managers that were started and are alive, in the order of their start. */
  List<ChildJvm> taskManagers() {
    return taskManagers.stream().filter(ChildJvm::isAlive).toList();
  }

  /** All task managers that were started, also those that died, in the order of their start. */
  List<ChildJvm> everyTaskManager() {
    return List.copyOf(taskManagers);
  }

  /**
   * Starts the job manager, for the first time or after it was killed. Other task managers find it
   * again, and its address stays.
   */
  void startJobManager() throws Exception {
    for (int attempt = 1; ; attempt++) {
      if (rpcPort == 0 || attempt > 1) {
        rpcPort = freePort();
      }
      writeConfiguration();
      jobManager =
          ChildJvm.start(
              "jobmanager-" + ++started,
              flink("org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint")
                  .withFlags(List.of("-Xmx512m", "-XX:MaxMetaspaceSize=256m"))
                  .withArguments(List.of("--configDir", configuration.toString())),
              folder);
      try {
        restPort = Integer.parseInt(jobManager.await(LISTENS, START).group(1));
        return;
      } catch (AssertionError e) {
        boolean taken = !jobManager.isAlive() && jobManager.printed().contains("BindException");
        jobManager.kill();
        // Another process may take the port between the search for a free one and its use.
        if (!taken || attempt == TRIES || !taskManagers.isEmpty()) {
          throw e;
        }
      }
    }
  }

  /** Starts another task manager. It is registered later: {@link #awaitTaskManagers}. */
  ChildJvm addTaskManager() throws Exception {
    return addTaskManager(Path.of("").toAbsolutePath());
  }

  /**
   * The same, started in another directory: below {@code /proc/self/cwd}, processes see different
   * folders under the same name.
   */
  ChildJvm addTaskManager(Path directory) throws Exception {
    String name = "taskmanager-" + (taskManagers.size() + 1);
    if (memory.isEmpty()) {
      memory = memory();
    }
    List<String> arguments = new ArrayList<>(List.of("--configDir", configuration.toString()));
    arguments.addAll(memory.get(1));
    arguments.addAll(List.of("-D", "taskmanager.resource-id=" + name));
    ChildJvm started =
        ChildJvm.start(
            name,
            flink("org.apache.flink.runtime.taskexecutor.TaskManagerRunner")
                .withFlags(memory.get(0))
                .withFlags(List.of("-XX:+UseG1GC", "-Dorg.bytedeco.javacpp.nopointergc=true"))
                .withFlags(List.of("-Dorg.bytedeco.javacpp.cachedir=" + natives()))
                // Where the REST interface finds the log.
                .withFlags(List.of("-Dlog.file=" + folder.resolve(name + ".err")))
                .withFlags(settings.flags())
                .withEnvironment(settings.environment())
                .withDirectory(directory)
                .withArguments(arguments),
            folder);
    taskManagers.add(started);
    return started;
  }

  /**
   * Flink's own command line, as {@code bin/flink} starts it.
   *
   * @param name of the files of what it prints
   * @param arguments such as {@code run -m HOST:PORT JAR}
   */
  ChildJvm client(String name, List<String> arguments) throws IOException {
    return ChildJvm.start(
        name,
        flink("org.apache.flink.client.cli.CliFrontend")
            .withFlags(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"))
            .withFlags(List.of("-Dorg.bytedeco.javacpp.cachedir=" + natives()))
            .withEnvironment(Map.of("FLINK_CONF_DIR", configuration.toString()))
            .withArguments(arguments),
        folder);
  }

  /** Waits until the job manager knows exactly this many task managers. */
  void awaitTaskManagers(int number) throws Exception {
    long end = System.nanoTime() + START.toNanos();
    while (rest("/taskmanagers").path("taskmanagers").size() != number) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            number + " task managers are not registered: " + rest("/taskmanagers") + logs());
      }
      Thread.sleep(200);
    }
  }

  /** What the REST interface answers to GET. */
  JsonNode rest(String path) throws Exception {
    HttpRequest get =
        HttpRequest.newBuilder(URI.create("http://" + restMaster() + path))
            .timeout(Duration.ofSeconds(30))
            .build();
    return new ObjectMapper().readTree(http.send(get, HttpResponse.BodyHandlers.ofString()).body());
  }

  /** The state of each job that the job manager remembers, by name; the newest of a name. */
  Map<String, String> jobs() throws Exception {
    Map<String, String> states = new LinkedHashMap<>();
    List<JsonNode> all = new ArrayList<>();
    rest("/jobs/overview").path("jobs").forEach(all::add);
    all.sort((a, b) -> Long.compare(a.path("start-time").asLong(), b.path("start-time").asLong()));
    all.forEach(job -> states.put(job.path("name").asText(), job.path("state").asText()));
    return states;
  }

  /** The end of the log of everything, for messages. */
  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (ChildJvm jvm : everything()) {
      all.append("\n== ").append(jvm.name()).append('\n');
      List<String> lines = jvm.printed().lines().toList();
      lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()).stream()
          .map(line -> line.substring(0, Math.min(LOG_COLUMNS, line.length())))
          .forEach(line -> all.append(line).append('\n'));
    }
    return all.toString();
  }

  /** The class path of everything that is Flink: its own jars and those of {@code lib/}. */
  static String classPath() throws IOException {
    Path jars = Built.cluster();
    try (Stream<Path> own = Files.list(jars.resolve("flink"));
        Stream<Path> lib = Files.list(jars.resolve("lib"))) {
      return Stream.concat(lib.sorted(), own.sorted())
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  /** Where natives are unpacked, once for all clusters of a build. */
  static Path natives() throws IOException {
    return Files.createDirectories(Built.target().resolve("clusters-natives"));
  }

  private static ChildJvm.Launch flink(String main) throws IOException {
    return ChildJvm.Launch.of(main)
        .withClassPath(classPath())
        .withFlags(FLINK_OPENS)
        .withEnvironment(Map.of("TF_CPP_MIN_LOG_LEVEL", "2", "MALLOC_ARENA_MAX", "2"));
  }

  /** The JVM's flags, and the arguments, that Flink computes from its configuration. */
  private List<List<String>> memory() throws Exception {
    ChildJvm utility =
        ChildJvm.start(
            "memory",
            flink("org.apache.flink.runtime.util.bash.BashJavaUtils")
                .withFlags(List.of("-XX:TieredStopAtLevel=1"))
                .withArguments(
                    List.of("GET_TM_RESOURCE_PARAMS", "--configDir", configuration.toString())),
            folder);
    if (utility.await(START) != 0) {
      throw new AssertionError(utility.printed());
    }
    return utility
        .printed()
        .lines()
        .filter(line -> line.contains("BASH_JAVA_UTILS_EXEC_RESULT:"))
        .map(line -> List.of(line.split("BASH_JAVA_UTILS_EXEC_RESULT:", 2)[1].strip().split(" ")))
        .toList();
  }

  private void writeConfiguration() throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("jobmanager.rpc.address", "localhost");
    all.put("jobmanager.rpc.port", Integer.toString(rpcPort));
    all.put("rest.address", "localhost");
    all.put("rest.bind-port", Integer.toString(restPort));
    all.put("rest.port", Integer.toString(restPort));
    all.put("taskmanager.host", "localhost");
    all.put("taskmanager.numberOfTaskSlots", "2");
    all.put("taskmanager.memory.task.heap.size", "768m");
    all.put("taskmanager.memory.task.off-heap.size", "2g");
    all.put("taskmanager.memory.managed.size", "128m");
    all.put("taskmanager.memory.network.min", "128m");
    all.put("taskmanager.memory.network.max", "128m");
    all.put("taskmanager.network.sort-shuffle.min-buffers", "16");
    all.put("jobmanager.scheduler", "Default");
    all.put("io.tmp.dirs", Files.createDirectories(folder.resolve("tmp")).toString());
    all.put("heartbeat.interval", "1000");
    all.put("heartbeat.timeout", "30000");
    all.put("metrics.fetcher.update-interval", "500");
    all.put("slot.request.timeout", "30000");
    all.put("taskmanager.registration.timeout", "60 s");
    all.put("cluster.registration.error-delay", "1000");
    all.putAll(settings.options());
    Files.write(
        configuration.resolve("flink-conf.yaml"),
        all.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
  }

  private List<ChildJvm> everything() {
    List<ChildJvm> all = new ArrayList<>(taskManagers);
    if (jobManager != null) {
      all.add(jobManager);
    }
    return all;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Kills everything. */
  @Override
  public void close() {
    for (ChildJvm jvm : everything()) {
      jvm.kill();
    }
  }
}
