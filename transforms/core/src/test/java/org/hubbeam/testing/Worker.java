// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A process that runs one job after the other, as a worker of a cluster does: each with a class
 * loader of its own, beside the jars that are the cluster's.
 */
public final class Worker {

  private static final Pattern NATIVES =
      Pattern.compile(".*/(tensorflow-core-|ndarray-|javacpp-|ffmpeg-|protobuf-java-)[^/]*");

  /** The property for how long to wait after each job until its classes are unloaded. */
  private static final String AWAIT_UNLOADED = "hubbeam.testing.awaitUnloaded";

  private static final long POLL_MILLIS = 200;

  private final List<String> lib;
  private final List<String> jobs;
  private final List<String> flags = new ArrayList<>();

  private Worker(List<String> lib, List<String> jobs) {
    this.lib = lib;
    this.jobs = jobs;
  }

  /** A program that a job runs; its name is what a worker is told. */
  public interface Job {
    /** Returns what the worker prints of it. */
    String run(String argument) throws Exception;
  }

  /** Whether a jar has native libraries, or what must be where they are. */
  public static boolean hasNatives(String jar) {
    return NATIVES.matcher(jar).matches();
  }

  /** A worker that has what must be in a cluster's lib folder there; the rest is the jobs'. */
  public static Worker withNatives() {
    return with(Worker::hasNatives, jar -> !hasNatives(jar));
  }

  /** A worker with parts of this JVM's class path, for its cluster and for each job. */
  public static Worker with(Predicate<String> lib, Predicate<String> jobs) {
    List<String> parts = List.of(classPath().split(Pattern.quote(File.pathSeparator), -1));
    return new Worker(parts.stream().filter(lib).toList(), parts.stream().filter(jobs).toList());
  }

  /** With other jars for each job. */
  public Worker withJobJars(List<String> jars) {
    Worker changed = new Worker(lib, jars);
    changed.flags.addAll(flags);
    return changed;
  }

  /** With flags of the JVM. */
  public Worker withFlags(String... more) {
    Worker changed = new Worker(lib, jobs);
    changed.flags.addAll(flags);
    changed.flags.addAll(Arrays.asList(more));
    return changed;
  }

  /** After each job, waits until at most the classes of one are left, and prints a line of it. */
  public Worker awaitingUnloaded(int seconds) {
    return withFlags("-D" + AWAIT_UNLOADED + "=" + seconds);
  }

  public List<String> jobJars() {
    return jobs;
  }

  /** The class path of this JVM, also when Maven's Surefire has put it into a jar. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /**
   * Runs jobs, each {@code class argument}, in one process that must end well.
   *
   * @param work a folder for files
   * @return a line for each job: {@code done} and what it returned, or {@code failed} and why
   */
  public List<String> run(Path work, List<String> jobs) throws Exception {
    return lines(Command.run(work, command(work, jobs)));
  }

  /** The lines that jobs have left in what a worker printed. */
  public static List<String> lines(String printed) {
    return printed.lines().filter(l -> l.startsWith("done ") || l.startsWith("failed ")).toList();
  }

  /** The command that starts such a process. */
  public List<String> command(Path work, List<String> jobs) throws Exception {
    Path own = Path.of(Worker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path jars = Files.createTempFile(work, "jars", ".txt");
    Files.write(jars, this.jobs);
    List<String> path = Stream.concat(Stream.of(own.toString()), lib.stream()).distinct().toList();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + work.resolve("hs_err.log"),
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED"));
    command.addAll(flags);
    command.addAll(List.of("-cp", String.join(File.pathSeparator, path), Worker.class.getName()));
    command.add(jars.toString());
    command.addAll(jobs);
    return command;
  }

  /** {@code FILE JOB...}: the file lists the jars of the jobs. */
  public static void main(String[] args) throws Exception {
    List<String> jars = Files.readAllLines(Path.of(args[0]));
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (String job : Arrays.asList(args).subList(1, args.length)) {
      System.out.println(run(jars, job.substring(0, job.indexOf(' ')), job, loaders));
      Integer seconds = Integer.getInteger(AWAIT_UNLOADED);
      if (seconds != null) {
        System.out.println(
            "loaders " + living(loaders, seconds) + ", resident MiB " + (resident() >> 20));
      }
    }
    System.exit(0);
  }

  /** Waits until at most one loader is left, and returns how many are. */
  private static long living(List<WeakReference<ClassLoader>> loaders, int seconds)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long living = loaders.size();
    while (living > 1 && System.nanoTime() < end) {
      System.gc();
      living = loaders.stream().filter(l -> l.get() != null).count();
      TimeUnit.MILLISECONDS.sleep(living > 1 ? POLL_MILLIS : 0);
    }
    return living;
  }

  /** The resident memory of this process in bytes. */
  public static long resident() throws IOException {
    String kib =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(l -> l.startsWith("VmRSS:"))
            .map(l -> l.replaceAll("[^0-9]", ""))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(kib) << 10;
  }

  /** Runs a job on a thread of its own. */
  private static String run(
      List<String> jars, String name, String job, List<WeakReference<ClassLoader>> loaders)
      throws Exception {
    String[] line = new String[1];
    try (JobLoader loader = new JobLoader(jars)) {
      loaders.add(new WeakReference<>(loader));
      Thread thread =
          new Thread(() -> line[0] = line(loader, name, job.substring(name.length() + 1)), "job");
      thread.setContextClassLoader(loader);
      thread.start();
      thread.join(TimeUnit.MINUTES.toMillis(4));
    }
    return line[0];
  }

  private static String line(ClassLoader loader, String name, String argument) {
    try {
      var constructor = loader.loadClass(name).getDeclaredConstructor();
      constructor.setAccessible(true);
      Object job = constructor.newInstance();
      var run = job.getClass().getMethod("run", String.class);
      run.setAccessible(true);
      return "done " + run.invoke(job, argument);
    } catch (InvocationTargetException e) {
      Throwable why = e.getCause();
      return "failed " + why.getClass().getName() + ": " + why.getMessage();
    } catch (ReflectiveOperationException | LinkageError e) {
      return "failed " + e;
    }
  }
}
