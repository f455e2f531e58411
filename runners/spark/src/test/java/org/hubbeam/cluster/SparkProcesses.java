// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.testing.ChildJvm;
import org.hubbeam.testing.TestFiles;

/**
 * A standalone Spark: a master and workers, each a process of its own, made from Spark's published
 * jars. The executors are children of the workers. Logs and temporary files are below {@code
 * target/clusters/NAME}.
 */
final class SparkProcesses implements AutoCloseable {

  /** As in the README. */
  private static final String FLAGS = "-Dorg.bytedeco.javacpp.nopointergc=true";

  /** As Spark's launcher adds to drivers and executors. */
  private static final List<String> SPARK_OPENS =
      Stream.of(
              "java.base/java.lang",
              "java.base/java.lang.invoke",
              "java.base/java.lang.reflect",
              "java.base/java.io",
              "java.base/java.net",
              "java.base/java.nio",
              "java.base/java.util",
              "java.base/java.util.concurrent",
              "java.base/java.util.concurrent.atomic",
              "java.base/sun.nio.ch",
              "java.base/sun.nio.cs",
              "java.base/sun.security.action",
              "java.base/sun.util.calendar")
          .map(name -> "--add-opens=" + name + "=ALL-UNNAMED")
          .toList();

  private static final Duration START = Duration.ofMinutes(2);

  /** How long a job may take before a test gives up. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");

  private final Path folder;
  private final List<ChildJvm> everything = new ArrayList<>();
  private final List<ChildJvm> workers = new ArrayList<>();
  private String master = "";

  private SparkProcesses(String name) throws IOException {
    folder = target().resolve("clusters").resolve(name);
    delete(folder);
    Path jars = Files.createDirectories(folder.resolve("home/jars"));
    for (String jar : Files.readString(home()).strip().split(File.pathSeparator, -1)) {
      Path path = Path.of(jar);
      Files.createSymbolicLink(jars.resolve(path.getFileName()), path);
    }
  }

  /**
   * Starts a master and workers; returns when all of them are registered.
   *
   * @param name of its folder
   * @param hosts an address of this machine for each worker: a task that is started a second time,
   *     since the first is slow, goes to another host
   */
  static SparkProcesses start(String name, List<String> hosts) throws Exception {
    SparkProcesses cluster = new SparkProcesses(name);
    try {
      ChildJvm master =
          cluster.launch(
              "master",
              "org.apache.spark.deploy.master.Master",
              List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"));
      cluster.master = master.await(MASTER, START).group(1);
      for (String host : hosts) {
        cluster.startWorker(host);
      }
      for (ChildJvm worker : cluster.workers) {
        worker.await(REGISTERED, START);
      }
      return cluster;
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void startWorker(String host) throws IOException {
    workers.add(
        launch(
            "worker-" + (workers.size() + 1),
            "org.apache.spark.deploy.worker.Worker",
            List.of(
                "--host",
                host,
                "--port",
                "0",
                "--webui-port",
                "0",
                "--cores",
                "1",
                "--memory",
                "1g",
                "--work-dir",
                folder.resolve("work").toString(),
                master)));
  }

  /** Its address, for {@code --master}. */
  String master() {
    return master;
  }

  /** Runs a program with spark-submit; it must end well; returns what it printed. */
  String run(String name, String on, List<String> configuration, List<String> arguments)
      throws Exception {
    try (ChildJvm driver = submit(name, on, configuration, arguments)) {
      end(driver);
      return driver.printed();
    }
  }

  /** Waits for a program, which must end well. */
  void end(ChildJvm driver) throws Exception {
    if (driver.await(LIMIT) != 0) {
      throw new AssertionError(driver.printed());
    }
  }

  /**
   * Starts a program with spark-submit.
   *
   * @param name of the files of what it prints
   * @param on the master
   * @param configuration of Spark, each {@code name=value}
   * @param arguments the program and its options
   */
  ChildJvm submit(String name, String on, List<String> configuration, List<String> arguments)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("--master", on));
    all.addAll(List.of("--class", "org.hubbeam.cli.Main"));
    for (String setting : with(configuration)) {
      all.addAll(List.of("--conf", setting));
    }
    all.add(job().toString());
    all.addAll(arguments);
    return launch(name, "org.apache.spark.deploy.SparkSubmit", all);
  }

  private static List<String> with(List<String> configuration) throws IOException {
    List<String> all = new ArrayList<>(configuration);
    all.add("spark.executor.extraClassPath=" + lib());
    all.add("spark.executor.extraJavaOptions=" + FLAGS + " " + natives());
    all.add("spark.executor.memory=768m");
    all.add("spark.executor.cores=1");
    all.add("spark.ui.enabled=false");
    return all;
  }

  /** The executors that run. */
  List<ProcessHandle> executors() {
    return workers.stream()
        .filter(ChildJvm::isAlive)
        .flatMap(worker -> ProcessHandle.of(worker.pid()).stream())
        .flatMap(ProcessHandle::descendants)
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  /** Waits until an executor has loaded TensorFlow, as it does for the first batch. */
  ProcessHandle awaitCalling(ChildJvm driver) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (driver.isAlive() && System.nanoTime() < end) {
      Optional<ProcessHandle> calling =
          executors().stream().filter(SparkProcesses::hasTensorFlow).findFirst();
      if (calling.isPresent()) {
        return calling.get();
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no executor calls a module:\n" + driver.printed());
  }

  private static boolean hasTensorFlow(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "maps"))
          .contains("libtensorflow");
    } catch (IOException e) {
      return false;
    }
  }

  private ChildJvm launch(String name, String main, List<String> arguments) throws IOException {
    Path home = folder.resolve("home");
    ChildJvm started =
        ChildJvm.start(
            name,
            ChildJvm.Launch.of(main)
                .withClassPath(lib() + File.pathSeparator + home.resolve("jars/*"))
                .withFlags(SPARK_OPENS)
                .withFlags(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"))
                .withFlags(List.of(FLAGS, natives()))
                .withEnvironment(
                    Map.of(
                        "SPARK_HOME", home.toString(),
                        "SPARK_SCALA_VERSION", "2.12",
                        "SPARK_LOCAL_IP", "127.0.0.1",
                        "JAVA_HOME", System.getProperty("java.home"),
                        "TF_CPP_MIN_LOG_LEVEL", "2",
                        "MALLOC_ARENA_MAX", "2"))
                .withArguments(arguments),
            folder);
    everything.add(started);
    return started;
  }

  /** The folder for what a build makes. */
  static Path target() {
    return TestFiles.root().resolve("runners/spark/target");
  }

  private static Path job() {
    String given = System.getProperty("hubbeam.sparkJob");
    return existing(given == null ? target().resolve("hubbeam-spark-job.jar") : Path.of(given));
  }

  /** The jars for {@code extraClassPath}. */
  private static String lib() throws IOException {
    try (Stream<Path> jars = Files.list(existing(target().resolve("cluster/lib")))) {
      return jars.sorted().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static Path home() {
    return existing(TestFiles.root().resolve("runners/spark/home/target/classpath.txt"));
  }

  /** The flag for where natives are unpacked, once for all clusters of a build. */
  private static String natives() {
    return "-Dorg.bytedeco.javacpp.cachedir=" + target().resolve("clusters-natives");
  }

  private static Path existing(Path path) {
    if (!Files.exists(path)) {
      throw new AssertionError(
          "there is no " + path + "; make it: mvn -pl runners/spark -am -DskipTests package");
    }
    return path;
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Kills everything. */
  @Override
  public void close() {
    List<ProcessHandle> executors = executors();
    everything.forEach(ChildJvm::kill);
    executors.forEach(ProcessHandle::destroyForcibly);
  }
}
