// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JVM that a test starts, watches and kills. What it prints goes to files. It does not outlive
 * the JVM that started it.
 */
public final class ChildJvm implements AutoCloseable {

  /** How long the end of a killed process is waited for. */
  private static final Duration KILL = Duration.ofSeconds(30);

  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "children"));
  }

  private final String name;
  private final Process process;
  private final Path out;
  private final Path err;

  private ChildJvm(String name, Process process, Path out, Path err) {
    this.name = name;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * What a JVM runs.
   *
   * @param main the main class
   * @param classPath separated as the system does
   * @param flags for the JVM
   * @param arguments for the main class
   * @param environment added to the environment of this process
   * @param directory where it starts
   */
  public record Launch(
      String main,
      String classPath,
      List<String> flags,
      List<String> arguments,
      Map<String, String> environment,
      Path directory) {

    /** Copies the collections. */
    public Launch {
      flags = List.copyOf(flags);
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
    }

    /** A main class with the class path of this JVM, which starts where this one did. */
    public static Launch of(String main) {
      String own = System.getProperty("surefire.test.class.path");
      return new Launch(
          main,
          own == null ? System.getProperty("java.class.path") : own,
          List.of(),
          List.of(),
          Map.of(),
          Path.of("").toAbsolutePath());
    }

    /** The same with another class path. */
    public Launch withClassPath(String other) {
      return new Launch(main, other, flags, arguments, environment, directory);
    }

    /** The same with more flags for the JVM. */
    public Launch withFlags(List<String> more) {
      List<String> all = new ArrayList<>(flags);
      all.addAll(more);
      return new Launch(main, classPath, all, arguments, environment, directory);
    }

    /** The same with more arguments. */
    public Launch withArguments(List<String> more) {
      List<String> all = new ArrayList<>(arguments);
      all.addAll(more);
      return new Launch(main, classPath, flags, all, environment, directory);
    }

    /** The same with more variables of the environment. */
    public Launch withEnvironment(Map<String, String> more) {
      Map<String, String> all = new HashMap<>(environment);
      all.putAll(more);
      return new Launch(main, classPath, flags, arguments, all, directory);
    }

    /** The same, started in another directory. */
    public Launch withDirectory(Path other) {
      return new Launch(main, classPath, flags, arguments, environment, other);
    }
  }

  /**
   * Starts a JVM.
   *
   * @param name names the files of its output, {@code NAME.out} and {@code NAME.err}
   * @param logs the folder for them; it is created if it is missing
   */
  public static ChildJvm start(String name, Launch launch, Path logs) throws IOException {
    Files.createDirectories(logs);
    Path out = logs.resolve(name + ".out");
    Path err = logs.resolve(name + ".err");
    List<String> command = new ArrayList<>();
    command.add(java("java"));
    command.addAll(launch.flags());
    command.addAll(List.of("-cp", launch.classPath(), launch.main()));
    command.addAll(launch.arguments());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(launch.directory().toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(launch.environment());
    Process process = builder.start();
    RUNNING.add(process);
    return new ChildJvm(name, process, out, err);
  }

  private static String java(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The identifier of the process. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed so far. */
  public String out() throws IOException {
    return read(out);
  }

  /** What it has printed so far to standard error. */
  public String err() throws IOException {
    return read(err);
  }

  /** Its resident memory, in KiB, as Linux counts it. */
  public long rssKib() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow(() -> new IOException(name + " has ended"));
  }

  /** What the JDK's {@code jcmd} says of it; for example {@code GC.class_histogram}. */
  public String jcmd(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(java("jcmd"), Long.toString(pid())));
    command.addAll(List.of(arguments));
    return Command.run(err.toAbsolutePath().getParent(), command);
  }

  /**
   * Waits for a line on standard error.
   *
   * @throws AssertionError with what it printed, if it ends or the time passes without it
   */
  public Matcher await(Pattern wanted, Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (true) {
      boolean alive = isAlive();
      Matcher found = wanted.matcher(err());
      if (found.find()) {
        return found;
      }
      if (!alive || System.nanoTime() > end) {
        throw new AssertionError(
            name + (alive ? " does not say " : " ended without ") + wanted + ":\n" + printed());
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Waits for its end.
   *
   * @return its exit status
   * @throws AssertionError with what it printed, if it does not end in time
   */
  public int await(Duration time) throws Exception {
    if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(name + " did not end in " + time + ":\n" + printed());
    }
    return process.exitValue();
  }

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    try {
      // onExit() would wait for another process that has been given the number of a dead one.
      if (!process.waitFor(KILL.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(name + " cannot be killed");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(name + " cannot be killed", e);
    }
    RUNNING.remove(process);
  }

  /** All that it printed, for messages. */
  public String printed() throws IOException {
    return out() + err();
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** Kills it. */
  @Override
  public void close() {
    kill();
  }
}
