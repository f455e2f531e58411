// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The folders of one session, and how programs are called in it. */
final class Workplace {

  private final Path root;
  private final Path shared;
  private final Path work;
  private final Sizes sizes;
  private final Map<Python, Found> pythons = new EnumMap<>(Python.class);

  /** A Python with its versions, or the reason why there is none. */
  private record Found(String program, String missing, String versions) {}

  /**
   * @param root the project's
   * @param shared folder with {@code peers/} and {@code corpus/}
   * @param work folder for inputs and results
   */
  Workplace(Path root, Path shared, Path work, Sizes sizes) {
    this.root = root.toAbsolutePath().normalize();
    this.shared = shared.toAbsolutePath().normalize();
    this.work = work.toAbsolutePath().normalize();
    this.sizes = sizes;
  }

  Path root() {
    return root;
  }

  Path shared() {
    return shared;
  }

  Path work() {
    return work;
  }

  Sizes sizes() {
    return sizes;
  }

  /** The folder for the output of contenders. */
  String output(String name) {
    return work.resolve("out").resolve(name).toString();
  }

  /** Removes the output of contenders. */
  void clear() throws IOException {
    Path out = work.resolve("out");
    if (Files.exists(out)) {
      try (Stream<Path> files = Files.walk(out)) {
        files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
    Files.createDirectories(out);
  }

  /** A call of the project's own launcher. */
  List<String> hubbeam(String... arguments) {
    return command(List.of(root.resolve("hubbeam").toString()), arguments);
  }

  /** A call of a class of this class path, with the flags of this JVM. */
  List<String> java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(List.of(javaProgram()));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command(command, arguments);
  }

  /** The same with further flags. */
  List<String> java(List<String> flags, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(java(main, arguments));
    command.addAll(1 + ManagementFactory.getRuntimeMXBean().getInputArguments().size(), flags);
    return command;
  }

  static String javaProgram() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A contender in {@code peers/}; left out if it or its Python is missing. */
  Contender peer(
      String name, Contender.Work amount, Python python, String script, String... arguments) {
    Found found = find(python);
    Path file = shared.resolve("peers").resolve(script);
    if (!found.missing().isEmpty()) {
      return Contender.absent(name, amount, "left out: " + found.missing());
    }
    if (!Files.exists(file)) {
      return Contender.absent(name, amount, "left out: there is no peers/" + script);
    }
    return Contender.of(
        name, amount, command(List.of(found.program(), file.toString()), arguments));
  }

  /** A call of a Python. */
  Contender python(String name, Contender.Work amount, Python python, String... arguments) {
    Found found = find(python);
    return found.missing().isEmpty()
        ? Contender.of(name, amount, command(List.of(found.program()), arguments))
        : Contender.absent(name, amount, "left out: " + found.missing());
  }

  /** The versions of a Python's packages, or why it is left out. */
  String versions(Python python) {
    Found found = find(python);
    return found.missing().isEmpty() ? found.versions() : found.missing();
  }

  private Found find(Python python) {
    return pythons.computeIfAbsent(python, Workplace::look);
  }

  private static Found look(Python python) {
    String program = System.getenv(python.variable());
    if (program == null || program.isEmpty()) {
      return new Found("", python.variable() + " is not set", "");
    }
    try {
      Shell.Said said = Shell.run(List.of(program, "-c", python.probe()));
      String text = said.text().strip();
      String last = text.substring(text.lastIndexOf('\n') + 1);
      return said.code() == 0
          ? new Found(program, "", last)
          : new Found("", python.variable() + " has " + last, "");
    } catch (IOException e) {
      return new Found("", python.variable() + " cannot be run", "");
    }
  }

  private static List<String> command(List<String> start, String... arguments) {
    List<String> command = new ArrayList<>(start);
    command.addAll(List.of(arguments));
    return command;
  }
}
