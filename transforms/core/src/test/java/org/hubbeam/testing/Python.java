// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/**
 * A Python that tests compare with: that of the property {@code hubbeam.python}, else of the
 * environment variable HUBBEAM_PYTHON, else {@code python3}.
 */
public final class Python {

  private static final Map<List<String>, Boolean> PROBED = new ConcurrentHashMap<>();

  private Python() {}

  /** The command of a Python with these modules; the test is skipped where there is none. */
  public static String with(String... modules) {
    String given = System.getProperty("hubbeam.python", System.getenv("HUBBEAM_PYTHON"));
    String python = given == null || given.isEmpty() ? "python3" : given;
    String imports = String.join(", ", modules);
    Assumptions.assumeTrue(
        PROBED.computeIfAbsent(List.of(python, "-c", "import " + imports), Python::ends),
        "needs Python with "
            + String.join(" and ", modules).replaceAll("\\.[\\w.]+", "")
            + " (HUBBEAM_PYTHON=COMMAND): "
            + python
            + " lacks them");
    return python;
  }

  /** A Python with tf.Transform, from HUBBEAM_TFT_PYTHON; the test is skipped where it is unset. */
  public static String withTransform() {
    String python = System.getenv("HUBBEAM_TFT_PYTHON");
    Assumptions.assumeTrue(
        python != null, "needs Python with tensorflow_transform (HUBBEAM_TFT_PYTHON=COMMAND)");
    return python;
  }

  /**
   * Runs a script, which must end with status 0.
   *
   * @param python the command of a Python
   * @param test the class that has the script as a resource beside it
   * @param work a folder for the script and its output
   */
  public static void run(
      String python, Class<?> test, String script, Path work, String... arguments)
      throws Exception {
    Path file = work.resolve(script);
    try (InputStream in = test.getResourceAsStream(script)) {
      Files.write(file, in.readAllBytes());
    }
    List<String> command = new ArrayList<>(List.of(python, file.toString()));
    command.addAll(Arrays.asList(arguments));
    Command.run(work, command);
  }

  private static boolean ends(List<String> command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
