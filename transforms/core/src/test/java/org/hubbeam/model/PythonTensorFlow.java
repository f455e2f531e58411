package org.hubbeam.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A Python that has TensorFlow, TensorFlow Hub and Keras: that of the property {@code
 * hubbeam.python}, else of the environment's HUBBEAM_PYTHON, else {@code python3}.
 */
final class PythonTensorFlow {

  private PythonTensorFlow() {}

  /** Runs a script of this package; the test is skipped where there is no such Python. */
  static void run(String script, Path work, String... arguments) throws Exception {
    String python = python();
    Path log = work.resolve("python.log");
    int probe = run(log, List.of(python, "-c", "import tensorflow_hub, tf_keras"));
    Assumptions.assumeTrue(
        probe == 0, python + " cannot import tensorflow_hub and tf_keras; set -Dhubbeam.python=");
    Path file = work.resolve(script);
    Files.write(file, PythonTensorFlow.class.getResourceAsStream(script).readAllBytes());
    List<String> command = new ArrayList<>(List.of(python, file.toString()));
    command.addAll(List.of(arguments));
    int code = run(log, command);
    if (code != 0) {
      throw new AssertionError(
          script + " ended with " + code + ":\n" + Files.readString(log, StandardCharsets.UTF_8));
    }
  }

  private static String python() {
    String python = System.getProperty("hubbeam.python", System.getenv("HUBBEAM_PYTHON"));
    return python == null || python.isEmpty() ? "python3" : python;
  }

  /** The folder of a Python package; the test is skipped where there is no such package. */
  static Path packageFolder(String name, Path work) throws Exception {
    Path log = work.resolve("package.log");
    String code = "import importlib.util as u; print(u.find_spec('" + name + "').origin)";
    int exit = run(log, List.of(python(), "-c", code));
    Assumptions.assumeTrue(exit == 0, python() + " has no " + name);
    return Path.of(Files.readString(log, StandardCharsets.UTF_8).strip()).getParent();
  }

  /** Runs a main class in a JVM like this one, which must end well; gives what it printed. */
  static String java(Class<?> main, Path work, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dorg.bytedeco.javacpp.nopointergc=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Path log = work.resolve("java.log");
    int code = run(log, command);
    String printed = Files.readString(log, StandardCharsets.UTF_8);
    if (code != 0) {
      throw new AssertionError(main.getName() + " ended with " + code + ":\n" + printed);
    }
    return printed;
  }

  private static int run(Path log, List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(command + " did not end");
      }
      return process.exitValue();
    } catch (IOException e) {
      return -1;
    }
  }
}
